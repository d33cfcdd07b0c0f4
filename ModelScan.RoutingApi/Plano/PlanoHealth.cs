using System.Net;

namespace ModelScan.RoutingApi.Plano;

/// <summary>Asks a Plano whether it is well: <c>GET /healthz</c> answers 200. No model is asked, so that a check costs nothing. Thread-safe.</summary>
internal sealed class PlanoHealth(TimeProvider time) : IDisposable
{
    // A connection of its own for each check: one that was opened before says nothing of whether the next one will be.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks once.</summary>
    /// <param name="url">What to ask.</param>
    /// <param name="limit">Longest time for the answer's head.</param>
    /// <param name="cancellationToken">Gives the check up.</param>
    /// <returns><see langword="null"/> when it is well, else why it is not.</returns>
    public async Task<string?> CheckAsync(Uri url, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.StatusCode == HttpStatusCode.OK ? null : $"{url.AbsolutePath} answered {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{url.AbsolutePath} did not answer within {limit.TotalSeconds:0.#} s";
        }
        catch (HttpRequestException exception)
        {
            return $"{url.AbsolutePath}: {exception.Message}";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
