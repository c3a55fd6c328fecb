/** The side panel with the secrets that the notebook in front looks up. */
import * as React from 'react';

import { IReference } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { keyIcon } from '../../shared/widgets/icons';
import { IRefresh, SidePanel } from '../../shared/widgets/side-panel';
import { NotebookReferences } from './notebook-references';
import { ReferenceBook } from './reference-book';
import { SecretsList } from './secrets-list';

export class SecretsView extends SidePanel {
  constructor(
    private readonly book: ReferenceBook,
    private readonly jump: (notebook: INotebookFindings, reference: IReference) => void,
    private readonly strings: IStrings,
    private readonly language?: string
  ) {
    super({
      id: 'nbguard-secrets',
      icon: keyIcon,
      caption: strings.secretsCaption,
      title: strings.secretsTitle
    });
    book.changed.connect(this.redraw, this);
    book.nbguard.currentChanged.connect(this.redraw, this);
  }

  override dispose(): void {
    this.book.changed.disconnect(this.redraw, this);
    this.book.nbguard.currentChanged.disconnect(this.redraw, this);
    super.dispose();
  }

  protected get refresh(): IRefresh {
    const { references } = this;
    return {
      label: this.strings.refresh,
      enabled: !!references,
      run: () => void references?.refresh()
    };
  }

  protected body(): React.JSX.Element {
    const { references, strings: s } = this;
    return references ? (
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
    );
  }

  private get references(): NotebookReferences | null {
    return this.book.of(this.book.nbguard.current);
  }
}
