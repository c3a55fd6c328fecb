/**
 * The notebook as the server wants it, as JSON text made of pieces that are kept while a cell stays as it is:
 * a pause in typing in a notebook of 500 cells serialises one cell.
 */
import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { ICellRequest, INotebookRequest } from '../../shared/api/types';
import { streamsOf } from '../../shared/outputs/streams';
import type { ISentCell } from './sender';

/** One cell: its source, and what is sent of it. */
interface IPiece {
  readonly source: string;
  readonly sent: ISentCell;
  /** The JSON of the outputs, or the empty text. */
  readonly outputs: string;
}

export interface IBody {
  /** Tells whether something changed; of a file, the body. */
  readonly text: string;
  /** What isn't cells, as JSON, and the cells; null for a file, whose text travels whole. */
  readonly parts: { readonly head: string; readonly cells: readonly ISentCell[] } | null;
  /** By the ids of the cells, in their order. */
  readonly sources: ReadonlyMap<string, string>;
  /** The JSON of the outputs of the cells that have some. */
  readonly outputs: ReadonlyMap<string, string>;
}

/** What is open, for requests. */
export interface ICollector {
  dispose(): void;
  /** `outputs` says whether outputs go with it. */
  body(outputs: boolean): IBody;
  /** The same as objects, for requests that are made once in a while. */
  request(outputs: boolean): INotebookRequest;
}

/** Of a notebook. */
export class Collector implements ICollector {
  /** @param grown - Called when text was added to an output, of which the notebook's model says nothing. */
  constructor(
    private readonly context: DocumentRegistry.IContext<INotebookModel>,
    private readonly grown: () => void
  ) {}

  dispose(): void {
    Signal.clearData(this);
  }

  body(outputs: boolean): IBody {
    const cells: ISentCell[] = [];
    const sources = new Map<string, string>();
    const found = new Map<string, string>();
    for (const cell of this.context.model.cells) {
      const piece = this.piece(cell);
      cells.push(outputs ? piece.sent : { bare: piece.sent.bare, outputs: [] });
      sources.set(cell.id, piece.source);
      if (piece.outputs) {
        found.set(cell.id, piece.outputs);
      }
    }
    const head = JSON.stringify(this.head());
    const text = [head, ...cells.flatMap(cell => [cell.bare, ...cell.outputs])].join('\n');
    return { text, parts: { head, cells }, sources, outputs: found };
  }

  request(outputs: boolean): INotebookRequest {
    const cells: ICellRequest[] = [];
    for (const cell of this.context.model.cells) {
      cells.push({ ...bare(cell), ...(outputs ? { outputs: outputsOf(cell) } : {}) });
    }
    return { ...this.head(), cells };
  }

  private head(): Omit<INotebookRequest, 'cells'> {
    const { metadata } = this.context.model.sharedModel;
    const language = this.context.model.defaultKernelLanguage;
    return { path: this.context.localPath, ...(language ? { language } : {}), metadata };
  }

  private piece(cell: ICellModel): IPiece {
    let piece = this.pieces.get(cell);
    if (!piece) {
      const request = bare(cell);
      const outputs = outputsOf(cell).map(output => JSON.stringify(output));
      const sent = { bare: JSON.stringify(request), outputs };
      piece = { source: request.source, sent, outputs: outputs.join('\n') };
      this.pieces.set(cell, piece);
      // Connecting twice is once; sources, outputs, metadata and the id all tell by these.
      cell.contentChanged.connect(this.forget, this);
      cell.metadataChanged.connect(this.forget, this);
      if (cell.type === 'code') {
        this.follow((cell as ICodeCellModel).outputs, cell);
      }
    }
    return piece;
  }

  private follow(outputs: ICodeCellModel['outputs'], cell: ICellModel): void {
    for (const grown of streamsOf(outputs)) {
      if (!this.followed.has(grown)) {
        this.followed.add(grown);
        grown.connect(() => {
          this.forget(cell);
          this.grown();
        }, this);
      }
    }
  }

  private forget(cell: ICellModel): void {
    this.pieces.delete(cell);
  }

  private readonly pieces = new WeakMap<ICellModel, IPiece>();
  private readonly followed = new WeakSet<object>();
}

/** Characters of JSON of all outputs. */
export function sizeOf(outputs: IBody['outputs']): number {
  let total = 0;
  for (const text of outputs.values()) {
    total += text.length;
  }
  return total;
}

export function sameOutputs(one: IBody['outputs'], other: IBody['outputs'] | null): boolean {
  return other?.size === one.size && [...one].every(([id, text]) => other.get(id) === text);
}

function bare(cell: ICellModel): ICellRequest {
  const metadata = cell.sharedModel.getMetadata();
  return {
    id: cell.id,
    cell_type: typeOf(cell.type),
    source: cell.sharedModel.getSource(),
    ...(Object.keys(metadata).length ? { metadata } : {})
  };
}

/** JupyterLab takes other types for raw text, and so does the server then. */
function typeOf(type: string): ICellRequest['cell_type'] {
  return type === 'code' || type === 'markdown' ? type : 'raw';
}

/** Outputs without their pictures: those are most of the bytes, and no text to search. */
function outputsOf(cell: ICellModel): Record<string, unknown>[] {
  if (cell.type !== 'code') {
    return [];
  }
  return (cell as ICodeCellModel).outputs.toJSON().map(output => {
    const data = output.data as Record<string, unknown> | undefined;
    if (!data || typeof data !== 'object') {
      return output;
    }
    const kept = Object.entries(data).filter(([type]) => !isPicture(type));
    return { ...output, data: Object.fromEntries(kept) };
  });
}

function isPicture(type: string): boolean {
  return (
    (/^(image|audio|video)\//.test(type) && type !== 'image/svg+xml') || type === 'application/pdf'
  );
}
