// A small real program, and the snapshot of its heap that the demo loads and the tests read.
//
//     env -i node Tests/Fixtures/make-snapshot.js configs/snapshots/node-program.heapsnapshot
//
// A document store: Markdown text is parsed into a tree with parent pointers, requests go through
// a least-recently-used cache of sessions (a Map over a doubly linked list), and an event emitter
// calls closures that keep counters. So the heap has what heaps have: trees, cycles, long chains,
// maps, closures over shared contexts, and a few thousand objects that the program itself made,
// among the tens of thousands of Node's own. `env -i` keeps the environment out of the file.

'use strict';

const { EventEmitter } = require('node:events');
const v8 = require('node:v8');

/** Deterministic, so that two runs make the same program (ids and addresses aside). */
function* randomNumbers(seed) {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}
const random = randomNumbers(7);
const pick = (list) => list[Math.floor(random.next().value * list.length)];

class LruCache {
  constructor(limit) {
    this.limit = limit;
    this.entries = new Map();
    this.newest = null;
    this.oldest = null;
  }

  get(key) {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.unlink(entry);
    this.push(entry);
    return entry.value;
  }

  set(key, value) {
    const old = this.entries.get(key);
    if (old) this.unlink(old);
    const entry = { key, value, newer: null, older: null };
    this.entries.set(key, entry);
    this.push(entry);
    if (this.entries.size > this.limit) {
      this.entries.delete(this.oldest.key);
      this.unlink(this.oldest);
    }
  }

  push(entry) {
    entry.older = this.newest;
    entry.newer = null;
    if (this.newest) this.newest.newer = entry;
    else this.oldest = entry;
    this.newest = entry;
  }

  unlink(entry) {
    if (entry.newer) entry.newer.older = entry.older;
    else this.newest = entry.older;
    if (entry.older) entry.older.newer = entry.newer;
    else this.oldest = entry.newer;
  }
}

class DocumentNode {
  constructor(kind, text, parent) {
    this.kind = kind;
    this.text = text;
    this.parent = parent;
    this.children = [];
    if (parent) parent.children.push(this);
  }
}

/** Headings nest by their level; paragraphs hold words, some of them links to other headings. */
function parse(source) {
  const root = new DocumentNode('document', '', null);
  const headings = new Map();
  let section = root;
  let depth = 0;
  for (const line of source.split('\n')) {
    const match = /^(#+) (.*)$/.exec(line);
    if (match) {
      const level = match[1].length;
      for (; depth >= level; depth--) section = section.parent;
      section = new DocumentNode('heading', match[2], section);
      depth += 1;
      headings.set(match[2], section);
    } else if (line) {
      const paragraph = new DocumentNode('paragraph', '', section);
      for (const word of line.split(' ')) {
        const node = new DocumentNode(word.startsWith('@') ? 'link' : 'word', word, paragraph);
        if (node.kind === 'link') node.target = headings.get(word.slice(1)) ?? root;
      }
    }
  }
  return { root, headings };
}

function write(chapters) {
  const words = 'mark sweep grey black white barrier stack root heap node span task'.split(' ');
  const lines = [];
  for (let chapter = 0; chapter < chapters; chapter++) {
    lines.push(`# chapter-${chapter}`);
    for (let section = 0; section < 4; section++) {
      lines.push(`## section-${chapter}-${section}`);
      const text = Array.from({ length: 12 }, () => pick(words));
      if (chapter > 0) text.push(`@chapter-${Math.floor(random.next().value * chapter)}`);
      lines.push(text.join(' '));
    }
  }
  return lines.join('\n');
}

class Session {
  constructor(id, document) {
    this.id = id;
    this.document = document;
    this.visited = [];
    this.neighbour = this;
  }
}

function serve(documents, requests) {
  const cache = new LruCache(300);
  const events = new EventEmitter();
  const counters = new Map();
  for (const name of ['open', 'visit', 'close']) {
    let calls = 0;
    const recent = [];
    events.on(name, (session, node) => {
      calls += 1;
      recent.push({ session, node, call: calls });
      if (recent.length > 50) recent.shift();
    });
    counters.set(name, () => ({ calls, recent: recent.length }));
  }
  let previous = null;
  for (let request = 0; request < requests; request++) {
    const id = `session-${Math.floor(random.next().value * 500)}`;
    let session = cache.get(id);
    if (!session) {
      session = new Session(id, pick(documents));
      cache.set(id, session);
      events.emit('open', session, session.document.root);
    }
    if (previous) [session.neighbour, previous.neighbour] = [previous.neighbour, session.neighbour];
    previous = session;
    const heading = pick([...session.document.headings.values()]);
    session.visited.push(heading);
    events.emit('visit', session, heading);
  }
  return { cache, events, counters };
}

const documents = Array.from({ length: 3 }, (_, index) => parse(write(6 + index)));
const server = serve(documents, 2000);

const file = process.argv[2] ?? 'node-program.heapsnapshot';
v8.writeHeapSnapshot(file);
// Used after the snapshot, so that the program is alive in it.
console.error(
  `${file}: ${server.cache.entries.size} sessions, `
  + `${server.counters.get('visit')().calls} visits, ${documents.length} documents`);
