/** Sends what is open to be scanned: a notebook as what changed of it, a file as its text. */
import type { ServerConnection } from '@jupyterlab/services';

import { isUnknownBase, scan } from '../../shared/api/client';
import type { IScanned } from '../../shared/api/types';
import type { IBody } from './collect';
import { Sender } from './sender';

export class ScanRequests {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** @param look - Whether outputs are looked at. */
  send({ text, parts }: IBody, look: boolean): Promise<IScanned> {
    return parts ? this.sender.send(parts.head, parts.cells, look) : scan(this.settings, text);
  }

  /** The body of a question about what is in the sources. */
  questionOf({ text, parts }: IBody): string {
    return parts ? this.sender.bodyOf(parts.head, parts.cells) : text;
  }

  forget(): void {
    this.sender.forget();
  }

  private readonly sender = new Sender<IScanned>(body => scan(this.settings, body), isUnknownBase);
}
