/** The side panel with the secrets that are in Vault, and those that the notebook in front looks up. */
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { IReference } from '../../shared/api/types';
import { Cursor } from '../../shared/cursor/cursor';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { keyIcon } from '../../shared/widgets/icons';
import { IRefresh, SidePanel } from '../../shared/widgets/side-panel';
import { NotebookReferences } from './notebook-references';
import { ReferenceBook } from './reference-book';
import { SecretsList } from './secrets-list';
import { VaultSecrets } from './vault-secrets';
import { VaultSection } from './vault-section';

export class SecretsView extends SidePanel {
  constructor(
    private readonly book: ReferenceBook,
    private readonly vault: VaultSecrets,
    private readonly cursor: Cursor,
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
    book.changed.connect(this.onReferences, this);
    vault.changed.connect(this.redraw, this);
    vault.renewed.connect(this.askAgain, this);
    book.nbguard.currentChanged.connect(this.onCurrent, this);
  }

  override dispose(): void {
    this.book.changed.disconnect(this.onReferences, this);
    this.book.nbguard.currentChanged.disconnect(this.onCurrent, this);
    this.vault.dispose();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this.vault.refresh();
  }

  protected get refresh(): IRefresh {
    return {
      label: this.strings.refresh,
      enabled: true,
      run: () => {
        void this.vault.refresh(true);
        void this.references?.refresh();
      }
    };
  }

  protected body(): React.JSX.Element {
    const { references, strings: s } = this;
    const indices = new Map(
      references?.notebook.request().cells.map((cell, index) => [cell.id, index]) ?? []
    );
    return (
      <>
        <VaultSection
          vault={this.vault}
          references={references?.items ?? []}
          indices={indices}
          strings={s}
          language={this.language}
          deeds={{
            insert: references ? name => void this.insert(references.notebook, name) : null,
            jump: reference => references && this.jump(references.notebook, reference),
            versions: name => this.vault.versions(name)
          }}
        />
        <section aria-label={s.inThisNotebook}>
          <h3>{s.inThisNotebook}</h3>
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
        </section>
      </>
    );
  }

  private async insert(notebook: INotebookFindings, name: string): Promise<void> {
    const { spot } = this.cursor;
    if (spot) {
      await notebook.insertLookup(name, spot);
    }
  }

  private askAgain(): void {
    for (const notebook of this.book.nbguard.notebooks) {
      void this.book.of(notebook)?.refresh();
    }
  }

  /** One panel doesn't say that Vault is down and, below, what it answered later. */
  private onReferences(): void {
    this.redraw();
    const { references, vault } = this;
    if (!this.isVisible || !references?.items.length || references.busy || vault.busy) {
      return;
    }
    const reached = references.items.every(({ state }) => state !== 'unreachable');
    if (references.time > vault.time && reached !== vault.answers) {
      void vault.refresh(true);
    }
  }

  private onCurrent(): void {
    this.redraw();
    if (this.isVisible) {
      // The policy of another notebook may say another mount.
      void this.vault.refresh();
    }
  }

  private get references(): NotebookReferences | null {
    return this.book.of(this.book.nbguard.current);
  }
}
