using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Guards;

/// <summary>A guard or a filter refuses a request, or its answer.</summary>
/// <param name="error">What the client is told.</param>
internal sealed class GuardRefusedException(ClientError error) : Exception(error.Message)
{
    /// <summary>What the client is told.</summary>
    public ClientError Error => error;
}
