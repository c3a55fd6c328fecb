/**
 * Sends a notebook to be scanned: whole the first time, then what changed of it.
 *
 * Needs nothing of JupyterLab.
 */

/** A cell as it travels: all of it but its outputs, and each of these, as JSON text. */
export interface ISentCell {
  readonly bare: string;
  readonly outputs: readonly string[];
}

/** What an answer says of the next request. */
interface IAnswer {
  readonly base?: string;
}

interface ISent {
  readonly base: string;
  readonly cells: readonly ISentCell[];
}

export class Sender<Answer extends IAnswer> {
  /**
   * @param post - Sends a body.
   * @param isUnknown - Whether what it threw says that the server doesn't know any more what was sent before.
   */
  constructor(
    private readonly post: (body: string) => Promise<Answer>,
    private readonly isUnknown: (error: unknown) => boolean
  ) {}

  /**
   * @param head - The JSON of what isn't cells.
   * @param look - Whether outputs are looked at; they are sent all the same, for the next time.
   */
  async send(head: string, cells: readonly ISentCell[], look: boolean): Promise<Answer> {
    const { sent } = this;
    // Until there is an answer nobody knows what the server has.
    this.sent = null;
    let answer: Answer;
    try {
      answer = await this.post(bodyOf(head, cells, sent, look));
    } catch (error) {
      if (!sent || !this.isUnknown(error)) {
        throw error;
      }
      answer = await this.post(bodyOf(head, cells, null, look));
    }
    this.sent = answer.base ? { base: answer.base, cells } : null;
    return answer;
  }

  /** The body of a question about the same cells, whose sources only matter. */
  bodyOf(head: string, cells: readonly ISentCell[]): string {
    const bare = cells.map(cell => ({ bare: cell.bare, outputs: [] }));
    return this.sent ? bodyOf(head, cells, this.sent, false) : bodyOf(head, bare, null, false);
  }

  /** The server knows what was sent by its path. */
  forget(): void {
    this.sent = null;
  }

  private sent: ISent | null = null;
}

/** The body, with `[from, to]` for cells that were sent before and `[cell, from, to]` for such outputs. */
export function bodyOf(
  head: string,
  cells: readonly ISentCell[],
  sent: ISent | null,
  look: boolean
): string {
  const before = sent?.cells ?? [];
  const known = numbered(before.map(whole));
  const pieces = runs(
    cells.map(cell => known.get(whole(cell)) ?? null),
    (at, length) => `[${at},${at + length}]`,
    at => cellWith(cells[at], at, before)
  );
  const base = JSON.stringify(sent?.base ?? '');
  const without = look ? '' : ',"with_outputs":false';
  return `${head.slice(0, -1)},"base":${base}${without},"cells":[${pieces.join(',')}]}`;
}

/** A cell that changed. Its outputs may be those that the cell at its place had, or the one that was there before. */
function cellWith({ bare, outputs }: ISentCell, at: number, before: readonly ISentCell[]): string {
  if (!outputs.length) {
    return bare;
  }
  const id = idOf(bare);
  const number =
    before[at] && idOf(before[at].bare) === id
      ? at
      : before.findIndex(cell => idOf(cell.bare) === id);
  const known = numbered(before[number]?.outputs ?? []);
  const pieces = runs(
    outputs.map(output => known.get(output) ?? null),
    (first, length) => `[${number},${first},${first + length}]`,
    place => outputs[place]
  );
  return `${bare.slice(0, -1)},"outputs":[${pieces.join(',')}]}`;
}

/** Where each text stood, the last of those that are alike. */
function numbered(texts: readonly string[]): Map<string, number> {
  return new Map(texts.map((text, at) => [text, at]));
}

/** Neighbours that were neighbours before as one piece, the others by themselves. */
function runs(
  numbers: readonly (number | null)[],
  run: (first: number, length: number) => string,
  single: (at: number) => string
): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < numbers.length;) {
    const first = numbers[at];
    if (first === null) {
      pieces.push(single(at));
      at += 1;
      continue;
    }
    let length = 1;
    while (numbers[at + length] === first + length) {
      length += 1;
    }
    pieces.push(run(first, length));
    at += length;
  }
  return pieces;
}

function whole({ bare, outputs }: ISentCell): string {
  return [bare, ...outputs].join('\n');
}

/** A cell's JSON begins with its id. */
function idOf(bare: string): string {
  return bare.slice(0, bare.indexOf(',"cell_type"'));
}
