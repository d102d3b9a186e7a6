'use client';

import type { CatalogueModel, MarketRow } from '@inferscan/api/client';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Segmented } from '@/components/segmented';
import { useWallet } from '@/features/wallet/ui/wallet-context';
import { spanText } from '@/format/duration';
import { useTRPC } from '@/trpc/client';
import type { Launched } from '../api/launch-job';
import { accuracyText } from '../lib/accuracy';
import { type Explained, explainError, type Stage } from '../lib/explain-error';
import { type Multiplication, parseMultiplication, promptOf, sizeOf } from '../lib/multiplication';
import { DEFAULT_TIME_LIMIT, type Purpose, shortfall, termsOf, timeLimitsOf } from '../lib/terms';
import { FormRow } from './form-row';
import { LaunchSummary } from './launch-summary';
import { MarketChoice } from './market-choice';
import { ModelChoice } from './model-choice';
import { QuestionField } from './question-field';

/** Everything one chooses about a job, and the press that posts it. */
export function LaunchForm({
  models,
  markets,
  onLaunched,
}: {
  models: readonly [CatalogueModel, ...CatalogueModel[]];
  markets: readonly [MarketRow, ...MarketRow[]];
  /** `asked`: null for an endpoint. */
  onLaunched: (launched: Launched, asked: Multiplication | null) => void;
}): ReactNode {
  const { config, wallet, account, balances, refresh } = useWallet();
  const trpc = useTRPC();
  const pin = useMutation(trpc.console.pinDefinition.mutationOptions());
  const [modelName, setModelName] = useState(models[0].name);
  const [purpose, setPurpose] = useState<Purpose>('answer');
  const [question, setQuestion] = useState('384 × 57');
  const [checked, setChecked] = useState(false);
  const [reasoning, setReasoning] = useState<'on' | 'off'>('on');
  const [marketAddress, setMarketAddress] = useState(markets[0].address);
  const [wantedTimeout, setWantedTimeout] = useState<number | null>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const [error, setError] = useState<Explained | null>(null);

  const model = models.find((candidate) => candidate.name === modelName) ?? models[0];
  const market = markets.find((candidate) => candidate.address === marketAddress) ?? markets[0];
  const limits = timeLimitsOf(market.jobTimeout, purpose);
  const preferred = wantedTimeout ?? DEFAULT_TIME_LIMIT[purpose];
  const timeout = limits.includes(preferred) ? preferred : (limits.at(-1) ?? DEFAULT_TIME_LIMIT[purpose]);
  const terms = termsOf(market.jobPrice, timeout);
  const parsed = parseMultiplication(question, model.prompt.maxDigits);

  async function launch(event: FormEvent): Promise<void> {
    event.preventDefault();
    setChecked(true);
    const asked = purpose === 'service' ? null : parsed.ok ? parsed.value : undefined;
    if (asked === undefined || stage !== null || config === null || wallet === null || account === null)
      return;
    if (balances !== null && shortfall(terms, balances) !== null) return;
    setError(null);
    setStage('storing');
    try {
      const { launchJob } = await import('../api/launch-job');
      const launched = await launchJob(
        { config, wallet, account, pin: (definition) => pin.mutateAsync({ definition }), onStage: setStage },
        {
          model,
          wanted:
            asked === null
              ? { for: 'service' }
              : { for: 'answer', prompt: promptOf(asked), reasoning: reasoning === 'on' },
          market: market.address,
          timeout,
        },
      );
      onLaunched(launched, asked);
    } catch (cause) {
      setError(explainError(cause, config.rpcUrl));
    } finally {
      setStage(null);
      void refresh();
    }
  }

  return (
    <form
      data-testid="launch-form"
      noValidate
      onSubmit={(event) => void launch(event)}
      className="grid gap-x-16 gap-y-8 desk:grid-cols-[minmax(0,1fr)_340px]"
    >
      <div>
        <FormRow title="Model">
          <ModelChoice models={models} chosen={model.name} onChoose={setModelName} />
        </FormRow>
        <FormRow title="What for">
          <Segmented
            label="What for"
            value={purpose}
            onChange={(next) => {
              setPurpose(next);
              setWantedTimeout(null);
            }}
            options={[
              { value: 'answer', label: 'Ask one question' },
              { value: 'service', label: 'Serve an API' },
            ]}
          />
          {purpose === 'service' && (
            <p className="mt-2 max-w-130 text-12 text-ink-3">
              A node serves the model under OpenAI’s API until the time is over or you end the job. Requests
              need a token, which your wallet signs once a node has the job.
            </p>
          )}
        </FormRow>
        {purpose === 'answer' && (
          <FormRow title="Question">
            <QuestionField
              value={question}
              error={checked && !parsed.ok ? parsed.reason : null}
              limits={model.prompt.maxDigits}
              onChange={setQuestion}
              onLeave={() => setChecked(true)}
            />
          </FormRow>
        )}
        {purpose === 'answer' && model.reasoning !== null && (
          <FormRow title="Reasoning">
            <Segmented
              label="Reasoning"
              value={reasoning}
              onChange={setReasoning}
              options={[
                { value: 'on', label: 'Write it out first' },
                { value: 'off', label: 'Answer at once' },
              ]}
            />
            <p className="mt-2 max-w-130 text-12 text-ink-3">
              {parsed.ok ? accuracyText(model.heldOut, sizeOf(parsed.value)) : model.reasoning}
            </p>
          </FormRow>
        )}
        <FormRow title="Market">
          <MarketChoice markets={markets} chosen={market.address} onChoose={setMarketAddress} />
        </FormRow>
        <FormRow title={purpose === 'service' ? 'Serve for' : 'Time limit'}>
          <Segmented
            label={purpose === 'service' ? 'Serve for' : 'Time limit'}
            value={String(timeout)}
            onChange={(value) => setWantedTimeout(Number(value))}
            options={limits.map((limit) => ({ value: String(limit), label: spanText(limit) }))}
          />
          <p className="mt-2 text-12 text-ink-3">
            {purpose === 'service'
              ? 'The endpoint closes by itself after this. End the job earlier, and the rest comes back.'
              : 'The job stops by itself after this. Seconds that it does not use are not paid.'}
          </p>
        </FormRow>
      </div>
      <LaunchSummary market={market} terms={terms} stage={stage} error={error} />
    </form>
  );
}
