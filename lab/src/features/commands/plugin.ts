/** Commands for the palette, the keyboard, the notebook's toolbar and the cell's. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { IFinding, Offer } from '../../shared/api/types';
import { following, offersFor } from '../../shared/findings/findings';
import { IStrings, strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, INotebookFindings, PACKAGE } from '../../shared/tokens/nbguard';
import { shieldIcon } from '../../shared/widgets/icons';
import { Cursor } from '../../shared/cursor/cursor';
import { findingsAt, findMeant } from './meant';
import { showFinding } from './show-finding';

/** An underlined place in an editor. */
function isMark(node: HTMLElement): boolean {
  return node.classList.contains('nbg-Mark');
}

function addCommands(
  app: JupyterFrontEnd,
  nbguard: INbguard,
  tracker: INotebookTracker,
  editors: IEditorTracker | null,
  texts: IStrings
): void {
  const { commands } = app;
  const cursor = new Cursor(nbguard, tracker, editors);
  const open = () => nbguard.current !== null;

  commands.addCommand(CommandIDs.scan, {
    label: texts.scanLabel,
    isEnabled: open,
    execute: () => nbguard.current?.scanNow()
  });
  commands.addCommand(CommandIDs.toggle, {
    label: texts.toggleLabel,
    isToggled: () => nbguard.settings.enabled,
    execute: () => nbguard.setEnabled(!nbguard.settings.enabled)
  });

  const jump = async (forward: boolean) => {
    const notebook = nbguard.current;
    if (notebook?.state === 'new') {
      await notebook.scanNow();
    }
    const finding = notebook && following(notebook.findings, cursor.position, forward);
    if (finding) {
      await notebook.jumpTo(finding);
    } else if (notebook) {
      Notification.info(texts.noFindings, { autoClose: 3000 });
    }
  };
  commands.addCommand(CommandIDs.next, {
    label: texts.nextLabel,
    isEnabled: open,
    execute: () => jump(true)
  });
  commands.addCommand(CommandIDs.previous, {
    label: texts.previousLabel,
    isEnabled: open,
    execute: () => jump(false)
  });

  // The context menu is about what was pointed at, the keys and the palette about where the cursor is.
  const callOf = (args: ReadonlyPartialJSONObject) => {
    const mark = args.menu === true ? app.contextMenuHitTest(isMark) : undefined;
    return mark ? cursor.callAt(mark) : cursor.call;
  };
  const offered = (offer: Offer) => (args: ReadonlyPartialJSONObject) => {
    const notebook = nbguard.current;
    const call = callOf(args);
    const found = notebook && call ? findingsAt(notebook, call) : [];
    return args.menu !== true || found.some(finding => offersFor(finding).includes(offer));
  };
  const here = async (
    action: Offer | null,
    args: ReadonlyPartialJSONObject,
    act: (notebook: INotebookFindings, finding: IFinding) => Promise<unknown>
  ) => {
    const notebook = nbguard.current;
    const call = callOf(args);
    // What was typed a moment ago counts.
    await notebook?.scanNow();
    const meant = notebook && call ? await findMeant(notebook, call, action, texts) : 'none';
    if (meant === 'none') {
      Notification.info(texts.noFindingHere, { autoClose: 3000 });
    } else if (notebook && meant !== 'cancelled') {
      await act(notebook, meant);
    }
  };
  const details = async (notebook: INotebookFindings, finding: IFinding) => {
    const action = await showFinding(finding, texts);
    if (action) {
      await notebook.act(action, finding);
    }
  };
  commands.addCommand(CommandIDs.details, {
    label: texts.detailsLabel,
    isEnabled: open,
    execute: args => here(null, args, details)
  });
  const labels: [string, Offer, string][] = [
    [CommandIDs.move, 'move', texts.moveLabel],
    [CommandIDs.moveAs, 'move-as', texts.moveAsLabel],
    [CommandIDs.env, 'env', texts.envLabel],
    [CommandIDs.allow, 'allow', texts.allowLabel],
    [CommandIDs.remove, 'remove', texts.removeLabel]
  ];
  for (const [id, action, label] of labels) {
    commands.addCommand(id, {
      label,
      isEnabled: open,
      isVisible: offered(action),
      execute: args =>
        here(action, args, (notebook, finding) =>
          offersFor(finding).includes(action)
            ? notebook.act(action, finding)
            : details(notebook, finding)
        )
    });
  }

  addButtons(app, nbguard, tracker, cursor, texts);
}

/** The notebook's button tells how many findings there are; the cell's is there only when the cell has some. */
function addButtons(
  app: JupyterFrontEnd,
  nbguard: INbguard,
  tracker: INotebookTracker,
  cursor: Cursor,
  texts: IStrings
): void {
  const { commands } = app;
  const caption = () => {
    const notebook = nbguard.current;
    switch (notebook?.state) {
      case 'off':
        return texts.off;
      case 'new':
        return texts.looking;
      case 'failed':
        return texts.failed(notebook.error ?? '');
      default:
        return notebook?.findings.length ? texts.found(notebook.findings.length) : texts.clean;
    }
  };
  commands.addCommand(CommandIDs.notebook, {
    icon: shieldIcon,
    caption,
    className: () =>
      `nbg-NotebookButton${nbguard.current?.findings.length ? ' nbg-mod-found' : ''}`,
    isEnabled: () => nbguard.current !== null,
    execute: () =>
      commands.execute(
        commands.hasCommand(CommandIDs.showPanel) ? CommandIDs.showPanel : CommandIDs.scan
      )
  });
  commands.addCommand(CommandIDs.cell, {
    icon: shieldIcon,
    caption: texts.cellLabel,
    className: 'nbg-mod-found',
    isVisible: () => cursor.findings.length > 0,
    execute: () => commands.execute(CommandIDs.details)
  });
  const tell = () => {
    commands.notifyCommandChanged(CommandIDs.notebook);
    commands.notifyCommandChanged(CommandIDs.cell);
  };
  const listen = (notebook: INotebookFindings) => notebook.changed.connect(tell);
  nbguard.opened.connect((_, notebook) => listen(notebook));
  nbguard.notebooks.forEach(listen);
  nbguard.currentChanged.connect(tell);
  nbguard.settingsChanged.connect(() => {
    tell();
    commands.notifyCommandChanged(CommandIDs.toggle);
  });
  tracker.activeCellChanged.connect(tell);
}

export const commands: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:commands`,
  description: 'Commands, shortcuts and buttons for findings.',
  autoStart: true,
  requires: [INbguard, INotebookTracker],
  optional: [IEditorTracker, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    tracker: INotebookTracker,
    editors: IEditorTracker | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const texts = strings(translator);
    addCommands(app, nbguard, tracker, editors, texts);
    const { scan, toggle, next, previous, details, move, moveAs, env, allow, remove } = CommandIDs;
    const listed = [scan, toggle, next, previous, details, move, moveAs, env, allow, remove];
    for (const command of listed) {
      palette?.addItem({ command, category: texts.category });
    }
  }
};
