import type { CatalogueModel } from '@inferscan/api/client';
import type { ReactNode } from 'react';
import { Choice } from './choice';

/** The models of the catalogue. */
export function ModelChoice({
  models,
  chosen,
  onChoose,
}: {
  models: readonly CatalogueModel[];
  chosen: string;
  onChoose: (name: string) => void;
}): ReactNode {
  return (
    <div role="radiogroup" aria-label="Model" className="flex flex-col gap-2">
      {models.map((model) => (
        <Choice
          key={model.name}
          name="model"
          value={model.name}
          checked={model.name === chosen}
          onChoose={() => onChoose(model.name)}
        >
          <span className="block text-14 font-medium">{model.title}</span>
          <span className="block text-13 text-ink-2">{model.summary}</span>
        </Choice>
      ))}
    </div>
  );
}
