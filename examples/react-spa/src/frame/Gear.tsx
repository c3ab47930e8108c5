import gear from './gear.svg';

export function Gear() {
  return <img className="gear" src={gear} alt="" width="32" height="32" />;
}
