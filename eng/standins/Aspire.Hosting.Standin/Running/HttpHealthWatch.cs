using System.Net;
using System.Runtime.CompilerServices;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Asks the health URLs of a resource again and again.</summary>
internal static class HttpHealthWatch
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhileUnhealthy = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(5);

    /// <summary>Every change between healthy and not, beginning with the first success; ends without an error when cancelled.</summary>
    public static async IAsyncEnumerable<bool> WatchAsync(
        IReadOnlyList<HttpHealthCheckAnnotation> checks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = AnswerLimit };
        var wasHealthy = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            var isHealthy = true;
            foreach (var check in checks)
            {
                isHealthy = isHealthy && await PassesAsync(http, check, cancellationToken);
            }

            if (isHealthy != wasHealthy && !cancellationToken.IsCancellationRequested)
            {
                yield return wasHealthy = isHealthy;
            }

            await Task.Delay(isHealthy ? WhileHealthy : WhileUnhealthy, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> PassesAsync(HttpClient http, HttpHealthCheckAnnotation check, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(check.Url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == (HttpStatusCode)check.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
