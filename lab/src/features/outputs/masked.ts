/** Counts the marks that the kernel put into outputs in the place of secret values. */
import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';

import { streamsOf } from '../../shared/outputs/streams';
import { countMarks } from './marks';

interface ICounted {
  readonly count: number;
  dirty: boolean;
}

/** How many marks each cell's outputs hold. An output is read again only after it changed. */
export class MaskedCounts {
  /** @param grown - Called when text was added to an output, of which the notebook's model says nothing. */
  constructor(private readonly grown: () => void) {}

  /** Indices of the cells with marks, and how many each has. */
  of(model: INotebookModel): readonly { readonly index: number; readonly count: number }[] {
    const found: { index: number; count: number }[] = [];
    let index = 0;
    for (const cell of model.cells) {
      // In JupyterLab 4.0 a cell that is being taken out has no model for a moment.
      if (cell?.type === 'code') {
        const count = this.inOutputs((cell as ICodeCellModel).outputs);
        if (count) {
          found.push({ index, count });
        }
      }
      index++;
    }
    return found;
  }

  private inOutputs(outputs: IOutputAreaModel): number {
    const known = this.counted.get(outputs);
    if (known && !known.dirty) {
      return known.count;
    }
    const now: ICounted = { count: count(outputs), dirty: false };
    this.counted.set(outputs, now);
    for (const stream of streamsOf(outputs)) {
      if (!this.followed.has(stream)) {
        this.followed.add(stream);
        stream.connect(() => {
          this.forget(outputs);
          this.grown();
        });
      }
    }
    if (!known) {
      outputs.changed.connect(() => this.forget(outputs));
      outputs.stateChanged.connect(() => this.forget(outputs));
    }
    return now.count;
  }

  private forget(outputs: IOutputAreaModel): void {
    const counted = this.counted.get(outputs);
    if (counted) {
      counted.dirty = true;
    }
  }

  private readonly followed = new WeakSet<object>();
  private readonly counted = new WeakMap<IOutputAreaModel, ICounted>();
}

function count(outputs: IOutputAreaModel): number {
  return outputs.length ? countMarks(outputs.toJSON()) : 0;
}
