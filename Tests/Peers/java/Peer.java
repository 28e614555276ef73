// The JVM's collectors at the work that Greywave is measured at. Which collector is the caller's
// choice: -XX:+UseG1GC, -XX:+UseZGC, -XX:+UseShenandoahGC.
//
//   java Peer allocate COUNT LIVE    an object of two references and two longs, garbage at once
//   java Peer trees DEPTH            binary-trees
//   java Peer gcbench DEPTH ARRAY
//   java Peer graph SHAPE OBJECTS SLOTS SEED 0   the checksum of a graph of graph.h
//
// One line of JSON on stdout. Times begin when `main` does: what the JIT compiler takes is in them,
// what the start of the virtual machine takes is not.
//
// Build: javac -d DIRECTORY Peer.java Rmi.java

public final class Peer {
  public static void main(String[] words) {
    switch (words.length == 0 ? "" : words[0]) {
      case "allocate" -> allocate(Long.parseLong(words[1]), Integer.parseInt(words[2]));
      case "trees" -> trees(Integer.parseInt(words[1]));
      case "gcbench" -> gcbench(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "graph" -> graph(
          words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]),
          Long.parseLong(words[4]));
      default -> {
        System.err.println("usage: see the head of Peer.java");
        System.exit(2);
      }
    }
  }

  static void check(boolean right, String what) {
    if (right) return;
    System.err.println("peer: " + what);
    System.exit(1);
  }

  // --- allocation -------------------------------------------------------------------------------

  static final class Pair {
    Pair left, right;
    long first, last;
  }

  // What is stored here cannot be left out by the compiler; a slot is overwritten at once.
  static final Pair[] sink = new Pair[64];

  static void allocate(long count, int live) {
    Pair[] kept = new Pair[live];
    for (int i = 0; i < live; i++) kept[i] = new Pair();
    allocateSome(20_000_000); // the compiler has seen it
    System.gc();
    long start = System.nanoTime();
    allocateSome(count);
    long end = System.nanoTime();
    check(live == 0 || kept[live - 1] != null, "a live object is gone");
    System.out.printf("{\"ns_per_object\":%.4f}%n", (double) (end - start) / count);
  }

  static void allocateSome(long count) {
    for (long i = 0; i < count; i++) sink[(int) i & 63] = new Pair();
  }

  // --- trees ------------------------------------------------------------------------------------

  static final class Node {
    Node left, right;

    static Node bottomUp(int depth) {
      Node node = new Node();
      if (depth > 0) {
        node.left = bottomUp(depth - 1);
        node.right = bottomUp(depth - 1);
      }
      return node;
    }

    int count() { return left == null ? 1 : 1 + left.count() + right.count(); }
  }

  static int nodes(int depth) { return (1 << (depth + 1)) - 1; }

  static void expect(int counted, int depth) {
    check(counted == nodes(depth), "a tree has another number of nodes");
  }

  static void trees(int depth) {
    long start = System.nanoTime();
    int made = 2;
    expect(Node.bottomUp(depth + 1).count(), depth + 1);
    Node longLived = Node.bottomUp(depth);
    expect(longLived.count(), depth);
    for (int d = 4; d <= depth; d += 2) {
      for (int left = 1 << (depth - d + 4); left > 0; left--, made++) {
        expect(Node.bottomUp(d).count(), d);
      }
    }
    expect(longLived.count(), depth);
    report(made, start);
  }

  static void report(int trees, long start) {
    System.out.printf(
        "{\"trees\":%d,\"wall_ms\":%.3f}%n", trees, (System.nanoTime() - start) / 1e6);
  }

  static final class FatNode {
    FatNode left, right;
    long i, j;

    static FatNode bottomUp(int depth) {
      FatNode left = null, right = null;
      if (depth > 0) {
        left = bottomUp(depth - 1);
        right = bottomUp(depth - 1);
      }
      FatNode node = new FatNode();
      node.left = left;
      node.right = right;
      return node;
    }

    static FatNode topDown(int depth) {
      FatNode node = new FatNode();
      node.fill(depth);
      return node;
    }

    void fill(int depth) {
      if (depth == 0) return;
      left = new FatNode();
      right = new FatNode();
      left.fill(depth - 1);
      right.fill(depth - 1);
    }

    int count() { return left == null ? 1 : 1 + left.count() + right.count(); }
  }

  static void gcbench(int depth, int numbers) {
    long start = System.nanoTime();
    int made = 2;
    expect(FatNode.bottomUp(depth + 2).count(), depth + 2);
    FatNode longLived = FatNode.topDown(depth);
    expect(longLived.count(), depth);
    double[] array = new double[numbers];
    for (int i = 1; i < numbers / 2; i++) array[i] = 1.0 / i;
    for (int d = 4; d <= depth; d += 2) {
      int each = 2 * nodes(depth + 2) / nodes(d);
      for (int i = 0; i < each; i++) expect(FatNode.topDown(d).count(), d);
      for (int i = 0; i < each; i++) expect(FatNode.bottomUp(d).count(), d);
      made += 2 * each;
    }
    expect(longLived.count(), depth);
    for (int i = 1; i < numbers / 2; i++) check(array[i] == 1.0 / i, "the array has changed");
    report(made, start);
  }

  // --- graphs: see graph.h ----------------------------------------------------------------------

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  static int below(long seed, long place, long bound) {
    long draw = mix(seed + (place + 1) * 0x9E3779B97F4A7C15L);
    // The upper half of the unsigned product; `bound` is not negative.
    return (int) (Math.multiplyHigh(draw, bound) + ((draw >> 63) & bound));
  }

  static void graph(String shape, int objects, int slots, long seed) {
    int[] order = new int[objects];
    for (int i = 0; i < objects; i++) order[i] = i;
    if (shape.equals("perm") || shape.equals("list")) {
      for (int i = objects - 1; i > 0; i--) {
        int j = below(seed, i, i + 1), other = order[j];
        order[j] = order[i];
        order[i] = other;
      }
    }
    long sum = 0;
    for (int place = 0; place < objects; place++) {
      int object = order[place];
      for (int k = 0; k < slots; k++) {
        long child = 2L * place + 1 + k;
        long target = switch (shape) {
          case "seq" -> (object + 1 + k) % objects;
          case "tree", "perm" -> k < 2 && child < objects ? order[(int) child] : -1;
          case "rand" -> below(seed, (long) object * slots + k, objects);
          case "list" -> k == 0 && place + 1 < objects ? order[place + 1] : -1;
          default -> throw new IllegalArgumentException(shape);
        };
        long slot = (long) object * slots + k;
        sum += mix((slot << 32) ^ (target < 0 ? 0 : 1 + target * 8));
      }
    }
    System.out.println("{\"checksum\":\"" + Long.toUnsignedString(sum) + "\"}");
  }
}
