import type { Client } from '@elastic/elasticsearch';
import { isStatus, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import type { ElasticsearchManifest, TemplateKind } from './manifest.ts';

const PLACES: Readonly<Record<TemplateKind, string>> = {
  component: '_component_template',
  index: '_index_template',
  legacy: '_template',
};

/** Puts the templates back, those first that others are made of. @returns those that the server refused, as warnings */
export async function restoreTemplates(
  client: Client,
  templates: ElasticsearchManifest['templates'],
): Promise<string[]> {
  const warnings: string[] = [];
  for (const kind of ['component', 'index', 'legacy'] as const) {
    for (const { name, body } of templates.filter((template) => template.kind === kind)) {
      try {
        await rawRequest(client, { method: 'PUT', path: pathOf(PLACES[kind], name), body });
      } catch (error) {
        if (!isStatus(error, 400)) throw error;
        warnings.push(`the ${kind} template ${name} was refused and is left out`);
      }
    }
  }
  return warnings;
}
