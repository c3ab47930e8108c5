import type { Session } from 'sessionchart';
import { useState, type ReactElement } from 'react';
import { whyNot } from './refusals.ts';

/** A public endpoint. Each click is one request. */
export function OpeningHours({ session }: { readonly session: Session }): ReactElement {
  const [answers, setAnswers] = useState<readonly string[]>([]);
  const ask = () => {
    const index = answers.length;
    setAnswers([...answers, 'Waiting …']);
    void whetherOpen(session)
      .catch(whyNot)
      .then((answer) => setAnswers((before) => before.with(index, answer)));
  };
  return (
    <section aria-label="Opening hours">
      <h3>Opening hours</h3>
      <button type="button" onClick={ask}>
        Are you open?
      </button>
      <ol aria-label="Answers" aria-live="polite">
        {answers.map((answer, index) => (
          <li key={index}>{answer}</li>
        ))}
      </ol>
    </section>
  );
}

async function whetherOpen({ api }: Session): Promise<string> {
  const { authorization } = await api.get<{ authorization: boolean }>('api/public').json();
  return authorization ? 'Open. You are signed in.' : 'Open. You are not signed in.';
}
