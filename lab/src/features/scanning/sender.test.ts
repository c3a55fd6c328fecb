import { expect, test } from 'vitest';

import { bodyOf, ISentCell, Sender } from './sender';

interface ICell {
  readonly id: string;
  readonly source: string;
  readonly outputs?: readonly string[];
}

function cell({ id, source, outputs = [] }: ICell): ISentCell {
  const bare = JSON.stringify({ id, cell_type: 'code', source });
  return { bare, outputs: outputs.map(text => JSON.stringify({ text })) };
}

const HEAD = '{"path":"a.ipynb"}';

/** As the server reads it. */
function resolved(body: string, before: readonly ISentCell[]): unknown[] {
  const { cells } = JSON.parse(body) as { cells: unknown[] };
  return cells.flatMap(given => {
    if (Array.isArray(given)) {
      return before.slice(given[0] as number, given[1] as number).map(full);
    }
    const { outputs, ...rest } = given as { outputs?: unknown[] };
    const all = (outputs ?? []).flatMap(output => {
      if (!Array.isArray(output)) {
        return [output];
      }
      const [at, first, last] = output as [number, number, number];
      return before[at].outputs.slice(first, last).map(text => JSON.parse(text) as unknown);
    });
    return [{ ...rest, outputs: all }];
  });
}

function full({ bare, outputs }: ISentCell): unknown {
  const texts = outputs.map(text => JSON.parse(text) as unknown);
  return { ...(JSON.parse(bare) as object), outputs: texts };
}

/** Random notebooks with few different texts, so that much comes again. */
function notebooks(count: number): ISentCell[][] {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: next(7) }, () =>
      cell({
        id: 'abc'[next(3)],
        source: 'xy'[next(2)],
        outputs: Array.from({ length: next(4) }, () => 'pqr'[next(3)])
      })
    )
  );
}

test('what is sent in parts means the whole, however cells and outputs come, go and move', () => {
  let before: ISentCell[] = [];
  for (const now of notebooks(2000)) {
    const body = bodyOf(HEAD, now, { base: 'b', cells: before }, true);
    expect(resolved(body, before)).toEqual(now.map(full));
    before = now;
  }
});

test('one output of five hundred travels alone', () => {
  const outputs = Array.from({ length: 500 }, (_, at) => `output ${at} ${'x'.repeat(100)}`);
  const before = Array.from({ length: 100 }, (_, at) =>
    cell({ id: `cell-${at}`, source: `${at}`, outputs: at === 50 ? outputs : [] })
  );
  const changed = outputs.map((text, at) => (at === 250 ? 'another' : text));
  const now = before.map((one, at) =>
    at === 50 ? cell({ id: 'cell-50', source: '50', outputs: changed }) : one
  );
  const body = bodyOf(HEAD, now, { base: 'b', cells: before }, true);
  expect(body.length).toBeLessThan(200);
  expect(JSON.parse(body)).toEqual({
    path: 'a.ipynb',
    base: 'b',
    cells: [
      [0, 50],
      {
        id: 'cell-50',
        cell_type: 'code',
        source: '50',
        outputs: [[50, 0, 250], { text: 'another' }, [50, 251, 500]]
      },
      [51, 100]
    ]
  });
});

test('a question about the sources repeats nothing, and leaves out outputs where nothing is known', async () => {
  const sender = new Sender(
    () => Promise.resolve({ base: 'b' }),
    () => false
  );
  const cells = [cell({ id: 'a', source: 'x', outputs: ['long'] }), cell({ id: 'b', source: 'y' })];
  const first = sender.bodyOf(HEAD, cells);
  expect(JSON.parse(first)).toMatchObject({ base: '', cells: [{ id: 'a' }, { id: 'b' }] });
  expect(first).not.toContain('long');
  await sender.send(HEAD, cells, true);
  expect(JSON.parse(sender.bodyOf(HEAD, cells))).toEqual({
    path: 'a.ipynb',
    base: 'b',
    with_outputs: false,
    cells: [[0, 2]]
  });
});

test('all is sent again where the server doesn’t know what there was, and after a failure', async () => {
  const bodies: { base: string; cells: unknown[] }[] = [];
  const answers: (() => Promise<{ base?: string }>)[] = [];
  const sender = new Sender(
    body => {
      bodies.push(JSON.parse(body) as (typeof bodies)[0]);
      return (answers.shift() ?? (() => Promise.resolve({ base: `b${bodies.length}` })))();
    },
    error => error === 'unknown'
  );
  const cells = [cell({ id: 'a', source: 'x' })];
  await sender.send(HEAD, cells, true);
  await sender.send(HEAD, cells, true);
  expect(bodies.map(({ base }) => base)).toEqual(['', 'b1']);
  expect(bodies[1].cells).toEqual([[0, 1]]);
  answers.push(() => Promise.reject('unknown'));
  await sender.send(HEAD, cells, false);
  expect(bodies.map(({ base }) => base)).toEqual(['', 'b1', 'b2', '']);
  answers.push(() => Promise.reject('another failure'));
  await expect(sender.send(HEAD, cells, true)).rejects.toBe('another failure');
  await sender.send(HEAD, cells, true);
  expect(bodies.map(({ base }) => base)).toEqual(['', 'b1', 'b2', '', 'b4', '']);
});
