import { sendFromAllTabs, sendRequests, useOutcomes } from './requests.ts';

/** Sends requests from this tab or from all tabs, and shows their outcome. */
export function Requests() {
  const outcomes = useOutcomes();
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  return (
    <>
      <div className="buttons">
        <button type="button" className="primary" onClick={() => void sendFromAllTabs()}>
          Expire the token and send from all tabs
        </button>
        <button type="button" onClick={sendRequests}>
          Send from this tab
        </button>
      </div>
      <div className="requests">
        <span className="dots" aria-hidden="true">
          {outcomes.map((outcome, index) => (
            <i key={index} data-outcome={outcome} />
          ))}
        </span>
        <output aria-label="Requests of this tab">
          {outcomes.length === 0
            ? 'No requests yet.'
            : `${count('answered')} of ${outcomes.length} answered${count('waits') > 0 ? ', the rest waiting' : ''}${count('refused') > 0 ? `, ${count('refused')} refused` : ''}`}
        </output>
      </div>
    </>
  );
}
