/** The side panel with the secrets that the notebook in front looks up. */
import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { IReference } from '../api';
import { keyIcon } from '../icons';
import { IStrings } from '../strings';
import { INotebookFindings } from '../tokens';
import { NotebookReferences } from './notebook-references';
import { ReferenceBook } from './reference-book';
import { SecretsList } from './secrets-list';

export class SecretsView extends ReactWidget {
  constructor(
    private readonly book: ReferenceBook,
    private readonly jump: (notebook: INotebookFindings, reference: IReference) => void,
    private readonly strings: IStrings,
    private readonly language?: string
  ) {
    super();
    this.id = 'nbguard-secrets';
    this.addClass('nbg-Panel');
    this.title.icon = keyIcon;
    this.title.caption = strings.secretsCaption;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', strings.secretsTitle);
    book.changed.connect(this.redraw, this);
    book.nbguard.currentChanged.connect(this.redraw, this);
  }

  override dispose(): void {
    this.book.changed.disconnect(this.redraw, this);
    this.book.nbguard.currentChanged.disconnect(this.redraw, this);
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('button')?.focus();
  }

  protected override render(): React.JSX.Element {
    const { references, strings: s } = this;
    return (
      <>
        <header className="nbg-Header">
          <h2>{s.secretsTitle}</h2>
          <button
            type="button"
            className="nbg-IconButton"
            title={s.refresh}
            aria-label={s.refresh}
            disabled={!references}
            onClick={() => void references?.refresh()}
          >
            <refreshIcon.react tag="span" />
          </button>
        </header>
        {references ? (
          <SecretsList
            references={references}
            strings={s}
            language={this.language}
            onJump={reference => this.jump(references.notebook, reference)}
          />
        ) : (
          <div className="nbg-Empty">
            <p>{s.noNotebook}</p>
          </div>
        )}
      </>
    );
  }

  private get references(): NotebookReferences | null {
    return this.book.of(this.book.nbguard.current);
  }

  private redraw(): void {
    if (this.isVisible) {
      this.update();
    }
  }
}
