// What goes wrong: faults set for what comes next, and the app's clock. And what the operator does about it.
import type { Fault } from "../faults.ts";
import type { World } from "../world.ts";

export const troubleSteps = {
  async fault(world: World, step: { fault: Fault }): Promise<void> {
    world.faults.set(step.fault);
  },

  async clock(world: World, step: { errorMs: number }): Promise<void> {
    world.setClockError(step.errorMs);
  },

  /** Nothing: but what goes wrong may go on until then. */
  async wait(_world: World, _step: object): Promise<void> {},

  /** The operator runs `whipround reconcile`. */
  async reconcile(world: World, _step: object): Promise<void> {
    await world.reconcile();
  },
};
