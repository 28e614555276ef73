import GreyEngine

final class Narrator {
  func stepped(_ actor: Actor, in cluster: SimulatedCluster) {}
}
