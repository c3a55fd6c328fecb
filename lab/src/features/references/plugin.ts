/** The plugin of secrets: whether those that a notebook looks up resolve, and a panel to choose them from Vault. */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';

import { IReference } from '../../shared/api/types';
import { Cursor } from '../../shared/cursor/cursor';
import { strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, INotebookFindings, PACKAGE } from '../../shared/tokens/nbguard';
import { IServerStatus } from '../../shared/tokens/server-status';
import { keyIcon } from '../../shared/widgets/icons';
import { ICell, referenceMarks } from './editor-marks';
import { ReferenceBook } from './reference-book';
import { SecretsView } from './secrets-view';
import { VaultSecrets } from './vault-secrets';

export const references: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:references`,
  description:
    'Lists the secrets in Vault, and tells whether those that a notebook looks up resolve.',
  autoStart: true,
  requires: [INbguard, IEditorExtensionRegistry, INotebookTracker],
  optional: [IEditorTracker, IServerStatus, ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    editors: IEditorExtensionRegistry,
    tracker: INotebookTracker,
    files: IEditorTracker | null,
    server: IServerStatus | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const s = strings(translator);
    // JupyterLab 4.0 has no code to tell.
    const code = translator?.languageCode as string | undefined;
    const language = code?.replace('_', '-');
    const book = new ReferenceBook(nbguard);
    editors.addExtension({
      name: 'nbguard-references',
      factory: options => {
        const shared = options.model.sharedModel as Partial<ICell> & { cell_type?: string };
        return shared.cell_type || !options.inline
          ? EditorExtensionRegistry.createImmutableExtension(
              referenceMarks(shared as ICell, book, s, language)
            )
          : null;
      }
    });
    const jump = (notebook: INotebookFindings, reference: IReference) =>
      void notebook.jumpTo({ ...reference, cell: { id: reference.cell }, output: null });
    const vault = new VaultSecrets(nbguard);
    // What the status bar says of Vault isn't so any more.
    vault.renewed.connect(() => void server?.refresh(nbguard.current?.context.localPath));
    const cursor = new Cursor(nbguard, tracker, files);
    const view = new SecretsView(book, vault, cursor, jump, s, language);
    app.shell.add(view, 'right', { rank: 611 });
    restorer?.add(view, view.id);
    app.commands.addCommand(CommandIDs.showSecrets, {
      label: s.showSecrets,
      caption: s.secretsCaption,
      icon: keyIcon,
      execute: () => app.shell.activateById(view.id)
    });
    palette?.addItem({ command: CommandIDs.showSecrets, category: s.category });
  }
};
