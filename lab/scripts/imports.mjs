/** What may import what in `src/`, as a check of the graph of its files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import typescript from 'typescript';

const ENDINGS = ['.ts', '.tsx', '/index.ts', '/index.tsx'];

/** Each source file below `root`, by its path from there, with the files of ours that it imports. Types count too. */
export function graphOf(root) {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .map(name => name.split(sep).join('/'))
    .sort();
  return new Map(
    names.map(name => {
      const text = readFileSync(join(root, name), 'utf8');
      const { importedFiles } = typescript.preProcessFile(text, true, true);
      const own = importedFiles.map(file => file.fileName).filter(file => file.startsWith('.'));
      return [name, own.map(file => resolve(root, name, file))];
    })
  );
}

function resolve(root, from, file) {
  const stem = posix.join(dirname(from), file);
  const found = ['', ...ENDINGS].map(ending => stem + ending);
  const name = found.find(path => /\.tsx?$/.test(path) && existsSync(join(root, path)));
  if (!name) {
    throw new Error(`${from} imports ${file}, which isn't there`);
  }
  return name;
}

/** Circles, each as the nodes along it, the first again at the end; one for each edge that closes one. */
export function circles(graph) {
  const found = [];
  const done = new Set();
  const visit = (node, way) => {
    const at = way.indexOf(node);
    if (at >= 0) {
      found.push([...way.slice(at), node]);
      return;
    }
    if (done.has(node)) {
      return;
    }
    for (const next of graph.get(node) ?? []) {
      visit(next, [...way, node]);
    }
    done.add(node);
  };
  for (const node of graph.keys()) {
    visit(node, []);
  }
  return found;
}

/** `features/x`, `shared/y`, or the empty text for what stands above both. */
export function roomOf(name) {
  return /^(features|shared)\/[^/]+(?=\/)/.exec(name)?.[0] ?? '';
}

/** The rooms with the rooms that they import. */
export function roomsOf(graph) {
  const rooms = new Map();
  for (const [name, imports] of graph) {
    const room = roomOf(name);
    const others = imports.map(roomOf).filter(other => other !== room);
    rooms.set(room, [...new Set([...(rooms.get(room) ?? []), ...others])]);
  }
  return rooms;
}

/** Imports that go the wrong way: a feature takes from itself and from shared rooms, those only from each other. */
export function forbidden(graph) {
  const found = [];
  for (const [name, imports] of graph) {
    const room = roomOf(name);
    for (const other of imports) {
      const target = roomOf(other);
      if (room && target !== room && !target.startsWith('shared/')) {
        found.push([name, other]);
      }
    }
  }
  return found;
}

/** Every fault of the sources below `root`, a line each. */
export function faults(root) {
  const graph = graphOf(root);
  return [
    ...circles(graph).map(way => `a circle: ${way.join(' → ')}`),
    ...circles(roomsOf(graph)).map(way => `a circle of rooms: ${way.join(' → ')}`),
    ...forbidden(graph).map(([name, other]) => `${name} must not import ${other}`)
  ];
}
