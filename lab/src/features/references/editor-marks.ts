/** Underlines lookups in editors: thin dots where they resolve, a wave where they don't; a tip says more. */
import { Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, DecorationSet, EditorView, hoverTooltip, ViewPlugin } from '@codemirror/view';

import { IReference } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { ReferenceBook } from './reference-book';
import { detailsOf, nameOf } from './words';

/** The cell whose source an editor shows. */
export interface ICell {
  getId(): string;
  readonly notebook: unknown;
  /** Nothing where it is a file that is shown. */
  readonly cell_type?: string;
}

const setMarks = StateEffect.define<DecorationSet>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, transaction) => {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        now = effect.value;
      }
    }
    return now;
  },
  provide: field => EditorView.decorations.from(field)
});

function decorate(reference: IReference): Decoration {
  const state = reference.state === 'ok' ? 'ok' : 'broken';
  return Decoration.mark({ class: `nbg-Reference nbg-mod-${state}`, reference });
}

function texts(shown: DecorationSet): string {
  const found: unknown[] = [];
  shown.between(0, 1e9, (from, to, mark) => {
    found.push([from, to, mark.spec.reference]);
  });
  return JSON.stringify(found);
}

function tip(reference: IReference, s: IStrings, language?: string): HTMLElement {
  const node = document.createElement('div');
  node.className = `nbg-ReferenceTip nbg-mod-${reference.state === 'ok' ? 'ok' : 'broken'}`;
  node.setAttribute('role', 'tooltip');
  const line = (text: string, tag = 'p') => {
    if (text) {
      const part = document.createElement(tag);
      part.textContent = text;
      node.append(part);
    }
  };
  line(nameOf(reference), 'code');
  const state = s.referenceState(reference.state);
  line(reference.state === 'ok' ? state : s.unresolvedTip(state));
  line(detailsOf(reference, s, language));
  line(reference.state === 'ok' ? s.valueNotShown : '');
  return node;
}

/** For an editor of a notebook's cell. */
export function referenceMarks(
  cell: ICell,
  book: ReferenceBook,
  s: IStrings,
  language?: string
): Extension {
  class Marker {
    constructor(private readonly view: EditorView) {
      book.changed.connect(this.refresh, this);
      // An editor that is being made can't be told anything yet.
      this.first = setTimeout(() => this.refresh(), 0);
    }

    destroy(): void {
      clearTimeout(this.first);
      book.changed.disconnect(this.refresh, this);
    }

    private refresh(): void {
      const references = book.ofShared((cell.cell_type && cell.notebook) || cell);
      if (!references) {
        return;
      }
      const { state } = this.view;
      const found = references.inSource(cell.cell_type ? cell.getId() : '', state.doc.toString());
      const wanted = Decoration.set(
        found.map(({ reference, at }) => decorate(reference).range(at.from, at.to)),
        true
      );
      // A tip that is open closes with every transaction.
      if (texts(wanted) !== texts(state.field(marks))) {
        this.view.dispatch({ effects: setMarks.of(wanted) });
      }
    }

    private readonly first: ReturnType<typeof setTimeout>;
  }

  const hover = hoverTooltip((view, at) => {
    let found: { from: number; to: number; reference: IReference } | null = null;
    view.state.field(marks).between(at, at, (from, to, mark) => {
      found = { from, to, reference: mark.spec.reference };
    });
    const under = found as { from: number; to: number; reference: IReference } | null;
    return under
      ? {
          pos: under.from,
          end: under.to,
          above: true,
          create: () => ({ dom: tip(under.reference, s, language) })
        }
      : null;
  });
  return [marks, ViewPlugin.define(view => new Marker(view)), hover];
}
