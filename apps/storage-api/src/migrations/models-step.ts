import { initializeDatabase } from '@lucid/clients/mongodb/initializer/initialize-database';
import { allModels } from '@lucid/models/all-models';
import { restoreCatalogue, takeCatalogueSnapshot, type CatalogueSnapshot } from './catalogue-snapshot.ts';
import type { MigrationContext, MigrationStep } from './migration.ts';

const mainModels = allModels().filter(({ database }) => database === 'main');

/** Collections of the main database that have a model. */
export const MODEL_COLLECTIONS: readonly string[] = mainModels.map(({ collection }) => collection);

/**
 * Makes collections look as their models say, by the initializer, which is the one source of that; the undo gives them the looks of
 * before. A migration that follows a change of a model has this step, with the collections that it is about.
 */
export function modelsStep(collections: readonly string[]): MigrationStep {
  const models = mainModels.filter(({ collection }) => collections.includes(collection));
  const initialize = ({ client, database }: MigrationContext, dryRun: boolean) => {
    const name = database.databaseName;
    // No model above is of the control database, so none of it is looked at.
    return initializeDatabase(client, { models, database: name, controlDatabase: name, dryRun });
  };
  return {
    key: 'models',
    plan: async (context) => (await initialize(context, true)).changes,
    prepare: ({ database }) => takeCatalogueSnapshot(database, collections),
    up: async (context) => {
      await initialize(context, false);
    },
    down: ({ database }, prepared) => restoreCatalogue(database, prepared as CatalogueSnapshot),
  };
}
