using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// What one request may do, and what is set aside for it: whom it may be sent to, at which price, within which limits. It ends with the request, by
/// <see cref="Settle"/>, whatever has come of that.
/// </summary>
internal abstract class RequestAllowance
{
    /// <summary>Why nothing may be asked at all; <see langword="null"/> where something may.</summary>
    public abstract RouteFailure? Refusal { get; }

    /// <summary>Models that are asked where those that were decided on do not fit into a limit.</summary>
    public virtual IReadOnlyList<ModelTarget> Instead => [];

    /// <summary>What the log of requests says of limits.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Why a candidate is left out before the others are ranked; <see langword="null"/> where it is not.</summary>
    /// <param name="target">The candidate.</param>
    /// <param name="route">The route that it is a candidate of; <see langword="null"/> for none.</param>
    public abstract string? ReasonToLeaveOut(ModelTarget target, CandidateRoute? route);

    /// <summary>Sets aside what asking a model may come to; what was set aside for the one before is given back.</summary>
    /// <param name="plan">The request on its way.</param>
    /// <param name="target">The model.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <returns>Why it must not be asked; <see langword="null"/> when it may be.</returns>
    public abstract ValueTask<RouteFailure?> EnterAsync(RoutePlan plan, ModelTarget target, CancellationToken cancellationToken);

    /// <summary>Says on an answer what is left.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="format">The client's format.</param>
    public abstract void WriteHeaders(IHeaderDictionary headers, ApiFormat format);

    /// <summary>The request is over: counts what was used, and gives back the rest. Does not wait for a store. Only the first call counts.</summary>
    /// <param name="result">What came of it; <see langword="null"/> where the gateway answered itself.</param>
    public abstract void Settle(RouteResult? result);
}

/// <summary>Says what requests may do.</summary>
internal interface IRequestGovernor
{
    /// <summary>A request begins.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <returns>What it may do; <see langword="null"/> where nothing is governed.</returns>
    ValueTask<RequestAllowance?> BeginAsync(ClientRequest request, CancellationToken cancellationToken);
}
