/** What is in Vault, as names, for the panel: asked when somebody looks, and again after what changes it. */
import { ISignal, Signal } from '@lumino/signaling';

import {
  addSecret,
  listSecrets,
  listVersions,
  logIn,
  startLocalVault
} from '../../shared/api/secrets-client';
import { ILoginRequest, ISecrets, IVersion } from '../../shared/api/types';
import { INbguard } from '../../shared/tokens/nbguard';

/** Milliseconds between two questions while somebody signs in elsewhere, and until nobody does any more. */
const SIGNING_IN = 2000;
const GIVE_UP = 180_000;
/** Milliseconds after the last key until a search that the server has to make is made. */
const TYPED = 300;

export class VaultSecrets {
  constructor(private readonly nbguard: INbguard) {}

  /** The last answer; null before the first. */
  get answer(): ISecrets | null {
    return this.found;
  }

  get busy(): boolean {
    return this.asking > 0;
  }

  /** Why the server could not be asked, or null. */
  get error(): string | null {
    return this.reason;
  }

  /** When it was asked last: milliseconds since 1970, 0 before. */
  get time(): number {
    return this.askedAt;
  }

  /** Whether the last answer has names. */
  get answers(): boolean {
    return this.reason === null && !!this.found && !this.found.reason;
  }

  get search(): string {
    return this.wanted;
  }

  /** The page at which somebody has to sign in now, or null. */
  get signIn(): string | null {
    return this.page;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** After something that other answers depend on, too: a login, a new secret. */
  get renewed(): ISignal<this, void> {
    return this._renewed;
  }

  dispose(): void {
    clearTimeout(this.later);
    clearTimeout(this.typing);
    Signal.clearData(this);
  }

  async refresh(again = false): Promise<void> {
    const number = ++this.questions;
    this.asking++;
    this.askedAt = Date.now();
    this._changed.emit();
    try {
      const path = this.nbguard.current?.context.localPath;
      const found = await listSecrets(this.nbguard.serverSettings, {
        path,
        search: this.searched,
        again: again ? '1' : ''
      });
      // A later question may have been answered sooner.
      if (number === this.questions) {
        this.found = found;
        this.reason = null;
      }
    } catch (error) {
      this.reason = messageOf(error);
    }
    this.asking--;
    this._changed.emit();
  }

  /** What is there is filtered at once; the server is asked where it left something out. */
  find(text: string): void {
    this.wanted = text;
    this._changed.emit();
    clearTimeout(this.typing);
    if (this.found?.left_out || this.searched) {
      this.typing = setTimeout(() => {
        this.searched = this.wanted;
        void this.refresh();
      }, TYPED);
    }
  }

  /** Null when it worked, or goes on elsewhere; else why not. */
  async logIn(request: ILoginRequest): Promise<string | null> {
    clearTimeout(this.later);
    return this.attempt(async () => {
      const answer = await logIn(this.nbguard.serverSettings, request);
      this.page = answer.sign_in;
      if (answer.sign_in) {
        this.waitForLogin(Date.now() + GIVE_UP);
      } else {
        await this.renew();
      }
    });
  }

  startLocal(): Promise<string | null> {
    return this.attempt(async () => {
      await startLocalVault(this.nbguard.serverSettings);
      await this.renew();
    });
  }

  add(reference: string, value: string): Promise<string | null> {
    return this.attempt(async () => {
      await addSecret(this.nbguard.serverSettings, reference, value);
      await this.renew();
    });
  }

  versions(reference: string): Promise<readonly IVersion[]> {
    return listVersions(this.nbguard.serverSettings, reference);
  }

  private async renew(): Promise<void> {
    await this.refresh(true);
    this._renewed.emit();
  }

  private waitForLogin(until: number): void {
    this.later = setTimeout(async () => {
      await this.refresh(true);
      if (this.found?.vault.authenticated) {
        this.page = null;
        this._changed.emit();
        this._renewed.emit();
      } else if (Date.now() < until) {
        this.waitForLogin(until);
      } else {
        this.page = null;
        this._changed.emit();
      }
    }, SIGNING_IN);
  }

  private async attempt(act: () => Promise<void>): Promise<string | null> {
    try {
      await act();
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _renewed = new Signal<this, void>(this);
  private found: ISecrets | null = null;
  private reason: string | null = null;
  private page: string | null = null;
  private wanted = '';
  /** The search that the last answer is for. */
  private searched = '';
  private asking = 0;
  private askedAt = 0;
  private questions = 0;
  private later: ReturnType<typeof setTimeout> | undefined;
  private typing: ReturnType<typeof setTimeout> | undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
