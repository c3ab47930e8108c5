import { isAtProvider } from '../session.ts';
import { changeWay, type Way } from '../way.ts';

const ways: readonly (readonly [way: Way, label: string])[] = [
  ['password', 'Password'],
  ['provider', 'Identity provider'],
];

/** Selects how to sign in. Hidden if the application was started without a provider. */
export function WaySwitch() {
  if (import.meta.env.VITE_ISSUER === '') return null;
  const current: Way = isAtProvider ? 'provider' : 'password';
  return (
    <div className="ways" role="group" aria-label="Sign in with">
      {ways.map(([way, label]) => (
        <button
          key={way}
          type="button"
          aria-pressed={way === current}
          onClick={() => way !== current && changeWay(way)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
