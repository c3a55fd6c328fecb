/** Sends what is open to be scanned: a notebook as what changed of it, a file as its text. */
import type { ServerConnection } from '@jupyterlab/services';

import { ApiError, scan } from '../../shared/api/client';
import type { IScanned } from '../../shared/api/types';
import type { IBody } from './collect';
import { Sender } from './sender';

export class ScanRequests {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** @param look - Whether outputs are looked at. */
  send({ text, parts }: IBody, look: boolean): Promise<IScanned> {
    return parts ? this.sender.send(parts.head, parts.cells, look) : scan(this.settings, text);
  }

  private readonly sender = new Sender<IScanned>(
    body => scan(this.settings, body),
    error => error instanceof ApiError && error.reason === 'base'
  );
}
