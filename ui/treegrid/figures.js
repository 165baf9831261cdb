// Numbers as ui/figures.py writes them: rounded in sight, exact beside them.

const UNITS = [[1e12, " T"], [1e9, " B"], [1e6, " M"], [1e3, " K"]];

const exact = (number) => number.toLocaleString("en-US");

function rounded(number) {
  const value = Number(number);
  const unit = UNITS.find(([step]) => value >= step * 0.9995);
  return unit ? withDigits(value / unit[0], 3) + unit[1] : String(number);
}

function share(part, whole) {
  return part && whole ? `${withDigits((100 * Number(part)) / Number(whole), 2)} %` : "0 %";
}

function withDigits(value, digits) {
  const near = Number(halfToEven(value, digits).toExponential(digits - 1));
  return near.toFixed(Math.max(digits - 1 - Math.floor(Math.log10(near)), 0));
}

/** A value just between two, as 1.125 with three digits, goes to the even one, as in Python. */
function halfToEven(value, digits) {
  const scale = 10 ** (digits - 1 - Math.floor(Math.log10(value)));
  const isBetween = Number.isInteger(value * 8) && (value * scale) % 1 === 0.5;
  return isBetween ? (2 * Math.round((value * scale) / 2)) / scale : value;
}
