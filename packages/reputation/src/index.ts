export { type Outcome, type SuccessRate, successRate } from './success-rate.js';
export { type Interval, wilsonInterval, Z_95 } from './wilson.js';
