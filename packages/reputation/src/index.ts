export { type Interval, wilsonInterval, Z_95 } from './wilson.js';
