using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Guards.Filters;

/// <summary>
/// Sends requests and answers through the filters of the listener, one after the other, each with a time limit. What a filter sends back is checked by
/// whoever goes on with it; what it does not do in time, or at all, follows its <c>on_error</c>.
/// </summary>
internal sealed class FilterChain(HttpFilter http, McpFilter mcp, GuardMeters meters, TimeProvider time)
{
    private const string Code = "FilterChainError";

    /// <summary>Sends a body through filters.</summary>
    /// <param name="filters">The filters.</param>
    /// <param name="input">What they are given.</param>
    /// <param name="check">What is wrong with a reply; <see langword="null"/> for nothing.</param>
    /// <param name="trail">What they did is noted there.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <returns>What takes the body's place.</returns>
    /// <exception cref="GuardRefusedException">A filter refuses, or fails and is not to be passed over.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(IReadOnlyList<FilterConfig> filters, FilterInput input, Func<ReadOnlyMemory<byte>, string?> check, GuardTrail trail, CancellationToken cancellationToken)
    {
        foreach (var filter in filters)
        {
            var name = input.IsRequest ? filter.Id : $"{filter.Id}.output";
            try
            {
                var reply = await AskAsync(filter, input, check, cancellationToken);
                if (reply.Refusal is { } refusal)
                {
                    trail.Note(name, "refused");
                    throw new GuardRefusedException(Refused(filter, refusal));
                }

                trail.Note(name, reply.Body.Span.SequenceEqual(input.Body.Span) ? "passed" : "changed");
                input = input with { Body = reply.Body };
            }
            catch (FilterFailedException exception)
            {
                if ((filter.OnError ?? (input.IsRequest ? OnGuardError.Closed : OnGuardError.Open)) == OnGuardError.Closed)
                {
                    trail.Note(name, "failed");
                    throw new GuardRefusedException(new ClientError(StatusCodes.Status500InternalServerError, $"Filter chain processing failed: filter '{filter.Id}': {exception.Message}", Code));
                }

                trail.Note(name, "unverified");
            }
        }

        return input.Body;
    }

    private async ValueTask<FilterReply> AskAsync(FilterConfig filter, FilterInput input, Func<ReadOnlyMemory<byte>, string?> check, CancellationToken cancellationToken)
    {
        if (input.Body.Length > filter.MaxSize)
            throw new FilterFailedException($"the body is larger than {filter.MaxSize} bytes (max_size)");
        var started = time.GetTimestamp();
        var outcome = "failed";
        using var limit = new CancellationTokenSource(filter.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var reply = filter.Kind == FilterKind.Http ? await http.AskAsync(filter, input, either.Token) : await mcp.AskAsync(filter, input, either.Token);
            outcome = reply.Refusal is null ? "answered" : "refused";
            if (reply.Refusal is null && check(reply.Body) is { } problem)
            {
                outcome = "invalid";
                throw new FilterFailedException(problem);
            }

            return reply;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = "timeout";
            throw new FilterFailedException($"no answer within {filter.Timeout.TotalSeconds:0.###} s", exception);
        }
        finally
        {
            meters.Filtered(filter.Id, input.IsRequest ? "input" : "output", outcome, time.GetElapsedTime(started));
        }
    }

    private static ClientError Refused(FilterConfig filter, FilterRefusal refusal) => new(refusal.Status, $"filter '{filter.Id}' refused it: {refusal.Text}", Code)
    {
        Details = [new("agent", filter.Id), new("status", refusal.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)), new("agent_response", refusal.Text)],
    };
}
