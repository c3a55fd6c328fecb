/** What the side panels have in common: a title with a button beside it, and where the focus goes. */
import { LabIcon, ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

export interface ILook {
  readonly id: string;
  readonly icon: LabIcon;
  readonly caption: string;
  readonly title: string;
}

export interface IRefresh {
  readonly label: string;
  readonly enabled: boolean;
  readonly run: () => void;
}

export abstract class SidePanel extends ReactWidget {
  constructor(private readonly look: ILook) {
    super();
    this.id = look.id;
    this.addClass('nbg-Panel');
    this.title.icon = look.icon;
    this.title.caption = look.caption;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', look.title);
  }

  protected abstract readonly refresh: IRefresh;

  protected abstract body(): React.JSX.Element;

  /** Draws anew where somebody sees it. */
  protected redraw(): void {
    if (this.isVisible) {
      this.update();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('input, button')?.focus();
  }

  protected override render(): React.JSX.Element {
    const { label, enabled, run } = this.refresh;
    return (
      <>
        <div className="nbg-Header">
          <h2>{this.look.title}</h2>
          <button
            type="button"
            className="nbg-IconButton"
            title={label}
            aria-label={label}
            disabled={!enabled}
            onClick={run}
          >
            <refreshIcon.react tag="span" />
          </button>
        </div>
        {this.body()}
      </>
    );
  }
}
