/** The findings of all open documents: one model per shared document, whatever the number of its views. */
import type { ISharedFile, ISharedNotebook } from '@jupyter/ydoc';
import { Token, UUID } from '@lumino/coreutils';

import type { IServer } from '../tokens';
import { FindingsModel } from './findings';
import { Texts } from './texts';

export class Documents {
  constructor(private readonly _server: Pick<IServer, 'check' | 'close'>) {}

  get(shared: ISharedNotebook | ISharedFile): FindingsModel {
    const known = this._models.get(shared);
    if (known) {
      return known;
    }
    const model = new FindingsModel(
      UUID.uuid4(),
      new Texts(shared),
      this._server
    );
    this._models.set(shared, model);
    shared.disposed.connect(() => {
      model.dispose();
    });
    return model;
  }

  private readonly _models = new WeakMap<
    ISharedNotebook | ISharedFile,
    FindingsModel
  >();
}

/** Known by our own plugins only: others have the tracker. */
export const IDocuments = new Token<Documents>('jupyter-aisec:IDocuments');
