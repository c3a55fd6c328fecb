/** Squiggles, gutter marks and hover tips in the editors of cells, with the actions of each finding. */
import {
  Action as LintAction,
  Diagnostic,
  forEachDiagnostic,
  linter,
  lintGutter,
  setDiagnostics
} from '@codemirror/lint';
import { Compartment, Extension } from '@codemirror/state';
import { EditorView, PluginValue, ViewPlugin, ViewUpdate } from '@codemirror/view';
import type { ISharedCell } from '@jupyter/ydoc';
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ITranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { IFinding } from '../../shared/api/types';
import { atLeast, offersFor } from '../../shared/findings/findings';
import { IStrings, strings } from '../../shared/strings/strings';
import { INbguard, INotebookFindings, PACKAGE } from '../../shared/tokens/nbguard';
import { describe } from '../../shared/widgets/tip';
import { LEVELS, sameMarks } from './diagnostics';

interface IFindingDiagnostic extends Diagnostic {
  /** See `IMark`. */
  readonly key: string;
}

/** Keeps one editor's marks those of its notebook's findings. */
class Marks implements PluginValue {
  constructor(
    private readonly view: EditorView,
    private readonly cell: ISharedCell,
    private readonly nbguard: INbguard,
    private readonly strings: IStrings,
    private readonly gutter: Compartment
  ) {
    nbguard.opened.connect(this.refresh, this);
    nbguard.settingsChanged.connect(this.refresh, this);
    // A view must not be changed while it is made.
    setTimeout(() => this.refresh(), 0);
  }

  /** The gutter's marks go with the text by rules of their own: after an edit they are set anew. */
  update(update: ViewUpdate): void {
    if (update.docChanged) {
      this.edited = true;
    }
  }

  destroy(): void {
    this.destroyed = true;
    Signal.clearData(this);
  }

  private refresh(): void {
    if (this.destroyed) {
      return;
    }
    this.notebook ??= this.find();
    if (!this.notebook && !this.cell.cell_type) {
      // An editor of settings, or of another extension: its marks are none of ours.
      return;
    }
    const wanted = this.wanted();
    const shown: { key: string; from: number; to: number }[] = [];
    forEachDiagnostic(this.view.state, (diagnostic, from, to) =>
      shown.push({ key: (diagnostic as IFindingDiagnostic).key, from, to })
    );
    const stale = this.edited && this.marked;
    if (stale || !sameMarks(shown, wanted)) {
      this.edited = false;
      this.marked = wanted.length > 0;
      this.view.dispatch(setDiagnostics(this.view.state, wanted));
    }
    this.showGutter();
  }

  /**
   * The gutter comes and goes once the marks are painted: with it CodeMirror writes its style sheet anew, and the
   * browser works out the styles of the whole page, which takes longer than all else that is done for a mark.
   */
  private showGutter(): void {
    if (this.wantsGutter === this.hasGutter || this.waiting) {
      return;
    }
    this.waiting = true;
    requestAnimationFrame(() => {
      setTimeout(() => {
        this.waiting = false;
        const wants = this.wantsGutter;
        if (!this.destroyed && wants !== this.hasGutter) {
          this.hasGutter = wants;
          const effects = this.gutter.reconfigure(wants ? lintGutter() : []);
          // The gutter learns of marks as they are set.
          this.view.dispatch(setDiagnostics(this.view.state, this.wanted()), { effects });
        }
      }, 0);
    });
  }

  private get wantsGutter(): boolean {
    return this.marked && this.nbguard.settings.gutter;
  }

  private find(): INotebookFindings | null {
    const notebook = this.nbguard.ofShared(
      (this.cell.cell_type && this.cell.notebook) || this.cell
    );
    notebook?.changed.connect(this.refresh, this);
    return notebook;
  }

  private wanted(): IFindingDiagnostic[] {
    const { notebook } = this;
    if (!notebook || notebook.isDisposed || !this.nbguard.settings.enabled) {
      return [];
    }
    const findings = notebook
      .inCell(this.cell.cell_type ? this.cell.getId() : '')
      .filter(finding => atLeast(finding, this.nbguard.settings.severity));
    if (!findings.length) {
      return [];
    }
    const source = this.view.state.doc.toString();
    return findings.flatMap(finding => {
      const place = notebook.place(finding, source);
      return place && place.to <= source.length
        ? [this.diagnostic(notebook, finding, place.from, place.to)]
        : [];
    });
  }

  private diagnostic(
    notebook: INotebookFindings,
    finding: IFinding,
    from: number,
    to: number
  ): IFindingDiagnostic {
    const actions: LintAction[] = offersFor(finding).map(action => ({
      name: this.strings.action(action),
      markClass: `nbg-mod-${action}`,
      apply: () => void notebook.act(action, finding)
    }));
    return {
      key: JSON.stringify([
        finding.rule,
        finding.fingerprint,
        finding.severity,
        finding.message,
        finding.cause,
        finding.actions
      ]),
      from,
      to,
      severity: LEVELS[finding.severity] ?? 'warning',
      markClass: `nbg-Mark nbg-mod-${finding.severity}`,
      message: finding.message,
      renderMessage: () => describe(finding, this.strings),
      actions
    };
  }

  private notebook: INotebookFindings | null = null;
  private hasGutter = false;
  private waiting = false;
  /** The text has changed since marks were set. */
  private edited = false;
  /** There were some when they were set. */
  private marked = false;
  private destroyed = false;
}

function marks(nbguard: INbguard, cell: ISharedCell, texts: IStrings): Extension {
  const gutter = new Compartment();
  return [
    linter(null),
    gutter.of([]),
    ViewPlugin.define(view => new Marks(view, cell, nbguard, texts, gutter))
  ];
}

export const editor: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:editor`,
  description: 'Marks findings in the editors of cells.',
  autoStart: true,
  requires: [INbguard, IEditorExtensionRegistry],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    nbguard: INbguard,
    registry: IEditorExtensionRegistry,
    translator: ITranslator | null
  ) => {
    const texts = strings(translator);
    registry.addExtension({
      name: 'nbguard',
      factory: ({ inline, model }) => {
        // That of a file has no cell.
        const cell = model.sharedModel as unknown as ISharedCell;
        return cell.cell_type || !inline
          ? EditorExtensionRegistry.createImmutableExtension(marks(nbguard, cell, texts))
          : null;
      }
    });
  }
};
