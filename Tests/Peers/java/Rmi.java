// References between processes as Java has them: remote method invocation, whose distributed
// collector counts references with leases.
//
//   java Rmi pass COUNT BATCH          references a second that a client gets, BATCH in a call
//   java Rmi drop COUNT LIMIT_MS       how long after the client's drop the server's objects are gone
//   java Rmi cycle COUNT LIMIT_MS      the same of pairs of objects, one in each process, that refer
//                                      to each other
//   java Rmi many COUNT                one answer with COUNT references: how many still work after
//
// The program starts itself once more: the parent serves, the child is the client. Both ask for
// collections explicitly, twenty a second, while they wait: by default nothing happens for an hour.
// One line of JSON on stdout, of the child's.

import java.io.File;
import java.lang.ref.WeakReference;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RemoteObject;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayList;
import java.util.List;

public final class Rmi {
  public interface Thing extends Remote {
    int number() throws RemoteException;
    void hold(Thing other) throws RemoteException;
  }

  public interface Store extends Remote {
    void make(int count) throws RemoteException;
    Thing[] get(int from, int count) throws RemoteException;
    Thing one(int index) throws RemoteException;
    void forget() throws RemoteException;
    /** How many of the things that were made the server's heap still holds. */
    int alive() throws RemoteException;
  }

  static final class OneThing extends UnicastRemoteObject implements Thing {
    final int number;
    Thing other;
    OneThing(int number) throws RemoteException { this.number = number; }
    public int number() { return number; }
    public void hold(Thing other) { this.other = other; }
  }

  static final class OneStore extends UnicastRemoteObject implements Store {
    final List<OneThing> things = new ArrayList<>();
    final List<WeakReference<OneThing>> all = new ArrayList<>();
    OneStore() throws RemoteException {}

    public synchronized void make(int count) throws RemoteException {
      things.clear();
      all.clear();
      for (int i = 0; i < count; i++) {
        OneThing thing = new OneThing(i);
        things.add(thing);
        all.add(new WeakReference<>(thing));
      }
    }
    public synchronized Thing[] get(int from, int count) {
      Thing[] some = new Thing[count];
      for (int i = 0; i < count; i++) some[i] = things.get(from + i);
      return some;
    }
    public synchronized Thing one(int index) { return things.get(index); }
    public synchronized void forget() { things.clear(); }
    public synchronized int alive() {
      System.gc();
      int count = 0;
      for (WeakReference<OneThing> thing : all) if (thing.get() != null) count++;
      return count;
    }
  }


  public static void main(String[] words) throws Exception {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
    if (words.length > 2 && words[0].equals("client")) {
      client(Integer.parseInt(words[1]), words);
      System.exit(0);
    }
    OneStore store = new OneStore();
    Registry registry = LocateRegistry.createRegistry(0);
    registry.rebind("store", store);
    // The port that was given is in the registry's own description of its endpoint.
    String text = ((RemoteObject) registry).getRef().remoteToString();
    String port = text.replaceAll("(?s).*endpoint:\\[[^:\\]]*:(\\d+)\\].*", "$1");
    List<String> command = new ArrayList<>(List.of(
        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
        "-cp", System.getProperty("java.class.path"), "Rmi", "client", port));
    command.addAll(List.of(words));
    Process child = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(child::destroyForcibly));
    System.exit(child.waitFor());
  }

  static void client(int port, String[] words) throws Exception {
    Store store = (Store) LocateRegistry.getRegistry("127.0.0.1", port).lookup("store");
    int count = Integer.parseInt(words[3]);
    switch (words[2]) {
      case "pass" -> pass(store, count, Integer.parseInt(words[4]));
      case "drop" -> drop(store, count, Integer.parseInt(words[4]), false);
      case "cycle" -> drop(store, count, Integer.parseInt(words[4]), true);
      case "many" -> many(store, count);
      default -> throw new IllegalArgumentException(words[2]);
    }
  }

  static void pass(Store store, int count, int batch) throws Exception {
    store.make(count);
    Thing[] got = new Thing[count];
    // Once beforehand for the compiler; what was got then is dropped.
    for (int i = 0; i + batch <= Math.min(count, 4 * batch); i += batch) store.get(i, batch);
    long start = System.nanoTime();
    for (int i = 0; i + batch <= count; i += batch) {
      if (batch == 1) got[i] = store.one(i);
      else System.arraycopy(store.get(i, batch), 0, got, i, batch);
    }
    long end = System.nanoTime();
    if (got[count / 2 / batch * batch].number() != count / 2 / batch * batch) System.exit(1);
    System.out.printf("{\"refs_per_s\":%.1f}%n", count / batch * batch * 1e9 / (end - start));
  }

  static Thing[] held;

  static void drop(Store store, int count, int limit, boolean inCycles) throws Exception {
    store.make(count);
    held = store.get(0, count);
    if (inCycles) {
      for (int i = 0; i < count; i++) {
        OneThing mine = new OneThing(i);
        mine.hold(held[i]);
        held[i].hold(mine);
      }
    }
    store.forget();
    System.gc();
    if (store.alive() != count) System.exit(1);
    long start = System.nanoTime();
    held = null;
    int left = count;
    while (left > 0 && System.nanoTime() - start < limit * 1_000_000L) {
      System.gc();
      left = store.alive();
      if (left > 0) Thread.sleep(50);
    }
    System.out.printf(
        "{\"gone_ms\":%s,\"left\":%d}%n",
        left == 0 ? String.format("%.3f", (System.nanoTime() - start) / 1e6) : "null", left);
  }

  static void many(Store store, int count) throws Exception {
    store.make(count);
    held = store.get(0, count);
    store.forget();
    for (int i = 0; i < 20; i++) {
      System.gc();
      store.alive();
      Thread.sleep(50);
    }
    int working = 0;
    for (Thing thing : held) {
      try {
        thing.number();
        working++;
      } catch (NoSuchObjectException lost) {
        // it was collected while it was held
      }
    }
    System.out.printf("{\"references\":%d,\"working\":%d}%n", count, working);
  }
}
