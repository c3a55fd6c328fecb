/** A file that is no notebook, as the server wants it: its text. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';

import { INotebookRequest } from '../../shared/api/types';
import type { IBody, ICollector } from './collect';
import { onlyText } from './parts';

export class FileCollector implements ICollector {
  constructor(private readonly context: DocumentRegistry.IContext<DocumentRegistry.IModel>) {}

  dispose(): void {
    // Nothing is followed.
  }

  body(): IBody {
    const { source } = this.request().cells[0];
    const text = JSON.stringify({ path: this.context.localPath, text: source });
    return { text, parts: null, sources: new Map([['', source]]), outputs: new Map() };
  }

  request(): INotebookRequest {
    const source = onlyText(this.context.model)?.getSource() ?? '';
    return {
      path: this.context.localPath,
      cells: [{ id: '', cell_type: 'raw', source }],
      file: true
    };
  }
}
