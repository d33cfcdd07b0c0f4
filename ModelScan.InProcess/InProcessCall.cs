using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Wire;

namespace ModelScan.InProcess;

/// <summary>A Chat Completions request of this process on its way through a router, without a network in between.</summary>
internal sealed class InProcessCall : IAsyncDisposable
{
    private readonly InProcessResponse _response;
    private readonly Task<RouteResult> _running;

    /// <summary>Sends a request.</summary>
    /// <param name="body">The request.</param>
    /// <param name="headers">What the client says beside it.</param>
    /// <param name="services">The router's services.</param>
    /// <param name="cancellationToken">Cancelled when the caller no longer wants an answer.</param>
    public InProcessCall(byte[] body, IEnumerable<KeyValuePair<string, string>> headers, IServiceProvider services, CancellationToken cancellationToken)
    {
        _response = new InProcessResponse(cancellationToken);
        var said = new HeaderDictionary { ["Content-Type"] = "application/json" };
        foreach (var (name, value) in headers)
            said[name] = value;

        // Upon the thread pool, whatever the caller's context is: it may be blocked by whoever waits for the answer.
        _running = Task.Run(() => RunAsync(body, said, services), CancellationToken.None);
    }

    /// <summary>The answer's headers; final with the first byte of <see cref="Output"/>.</summary>
    public IHeaderDictionary Headers => _response.Headers;

    /// <summary>The answer's status; final likewise.</summary>
    public int Status => _response.Status;

    /// <summary>What the answer says so far.</summary>
    public Stream Output => _response.Output.AsStream(leaveOpen: true);

    /// <summary>Who was asked last; <see langword="null"/> before anyone answered.</summary>
    public string? Provider => _running.IsCompletedSuccessfully ? _running.Result.Target?.Config.Provider : _response.Headers["x-modelscan-provider"];

    /// <summary>Completes when the router has nothing more to say.</summary>
    /// <exception cref="RouterException">There is no answer, or not all of it.</exception>
    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public async Task CompleteAsync()
    {
        var result = await ResultAsync().ConfigureAwait(false);
        if (result.Failure is { } failure)
            throw RouterException.From(failure);
        if (_response.IsBrokenOff)
            throw new UpstreamUnavailableException($"{Provider}: connection lost: the answer broke off") { Status = StatusCodes.Status502BadGateway };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _response.Leave();
        await _response.Output.CompleteAsync().ConfigureAwait(false);
        try
        {
            await _running.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or RoutingApi.Wire.InvalidRequestException)
        {
            // Whoever wanted to know has been told by CompleteAsync.
        }

        _response.Dispose();
    }

    private async Task<RouteResult> ResultAsync()
    {
        try
        {
            return await _running.ConfigureAwait(false);
        }
        catch (RoutingApi.Wire.InvalidRequestException exception)
        {
            throw new InvalidRequestException(exception.Message, exception) { Field = exception.Field, Status = StatusCodes.Status400BadRequest };
        }
    }

    private async Task<RouteResult> RunAsync(byte[] body, IHeaderDictionary headers, IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        try
        {
            var request = new ClientRequest(
                ApiFormat.ChatCompletions, RequestKind.Answer, RequestMemory.Of(body), headers, services.GetRequiredService<CurrentSnapshot>().Value, time, time.GetTimestamp())
            {
                Caller = Caller.Program,
            };
            return await services.GetRequiredService<RequestPipeline>().RunAsync(request, _response);
        }
        finally
        {
            await _response.CompleteAsync();

            // Whoever waits for this goes on where it ends: not upon the thread of the encoder's answers, which others wait for.
            await Task.Yield();
        }
    }
}
