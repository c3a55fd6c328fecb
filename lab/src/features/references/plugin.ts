/** The plugin that tells whether the secrets a notebook looks up resolve: in its editors and in a side panel. */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ITranslator } from '@jupyterlab/translation';

import { IReference } from '../../shared/api/types';
import { strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, INotebookFindings, PACKAGE } from '../../shared/tokens/nbguard';
import { keyIcon } from '../../shared/widgets/icons';
import { ICell, referenceMarks } from './editor-marks';
import { ReferenceBook } from './reference-book';
import { SecretsView } from './secrets-view';

export const references: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:references`,
  description: 'Tells whether the secrets that a notebook looks up resolve.',
  autoStart: true,
  requires: [INbguard, IEditorExtensionRegistry],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    editors: IEditorExtensionRegistry,
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
    const view = new SecretsView(book, jump, s, language);
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
