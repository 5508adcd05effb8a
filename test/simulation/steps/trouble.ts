// What goes wrong: faults set for what comes next, and the app's clock.
import type { Fault } from "../faults.ts";
import type { World } from "../world.ts";

export const troubleSteps = {
  async fault(world: World, step: { fault: Fault }): Promise<void> {
    world.faults.set(step.fault);
  },

  async clock(world: World, step: { errorMs: number }): Promise<void> {
    world.setClockError(step.errorMs);
  },
};
