namespace ModelScan.RoutingApi.Wire;

/// <summary>Bytes that go into a body.</summary>
/// <param name="At">Offset before which they go.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct Insertion(int At, ReadOnlyMemory<byte> Bytes);
