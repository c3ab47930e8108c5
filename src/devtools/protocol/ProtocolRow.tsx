import type { ProtocolField, ProtocolStep, ProtocolStepName } from '../../observe/index.ts';
import { ClockTime } from '../ClockTime.tsx';
import { sayDuration } from '../sayDuration.ts';

const labels: Readonly<Record<ProtocolStepName, string>> = {
  discovery: 'discovery',
  keys: 'keys',
  pushedAuthorization: 'pushed authorization',
  authorization: 'authorize',
  callback: 'callback',
  deviceAuthorization: 'device authorization',
  token: 'token',
  userinfo: 'userinfo',
  revocation: 'revoke',
  endSession: 'end session',
  api: 'API request',
};

export function ProtocolRow({ step }: { readonly step: ProtocolStep }) {
  const { name, url, at, sent, received, proof } = step;
  const grant = sent.find((field) => field.name === 'grant_type')?.value ?? null;
  return (
    <tr data-step={name}>
      <td>
        <ClockTime at={at} />
      </td>
      <th scope="row">
        <details>
          <summary>
            <span className="sessionchart-chip">{labels[name]}</span>
            {grant === null ? null : <code> {grant}</code>}
            <code className="sessionchart-endpoint">{url.replace(/^https?:\/\//, '')}</code>
          </summary>
          <dl>
            <Fields name="Sent" fields={sent} />
            <Fields name="Received" fields={received} />
            {proof === null ? null : (
              <div>
                <dt>DPoP proof, thumbprint of its key</dt>
                <dd>
                  <code>{proof}</code>
                </dd>
              </div>
            )}
          </dl>
        </details>
      </th>
      <td>
        <Outcome step={step} />
      </td>
    </tr>
  );
}

/** Values that are or may be secrets are not recorded. */
function Fields({ name, fields }: { readonly name: string; readonly fields: readonly ProtocolField[] }) {
  if (fields.length === 0) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {fields.map((field, index) => (
          <code key={index}>
            {field.name} {field.value === null ? <i>(not shown)</i> : `= ${field.value}`}
          </code>
        ))}
      </dd>
    </div>
  );
}

function Outcome({
  step: { name, status, code, duration, isRepeat, proof },
}: {
  readonly step: ProtocolStep;
}) {
  const isRedirect = name === 'authorization' || name === 'endSession';
  // When the API was asked is not known.
  const isTimed = !isRedirect && !(name === 'api' && !isRepeat);
  const notes = [
    ...(isRepeat ? ['repeated'] : []),
    ...(proof === null ? [] : ['DPoP proof']),
    ...(isRedirect ? ['redirect'] : []),
    ...(isTimed ? [duration === null ? 'in flight' : sayDuration(duration)] : []),
  ];
  return (
    <>
      {status === null ? null : <b className="sessionchart-outcome">{status}</b>}
      {code === null ? null : <code className="sessionchart-failure">{code}</code>}
      <span className="sessionchart-notes">{notes.join(' · ')}</span>
    </>
  );
}
