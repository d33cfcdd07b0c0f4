using System.Net.Http.Headers;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards.Filters;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Guards.Jailbreaks;

/// <summary>
/// Asks a service whether a text is an attempt: <c>POST {"input": "…"}</c>; it answers <c>{"score": 0.93}</c>, <c>{"flagged": true}</c>, or as a
/// moderation endpoint does, <c>{"results": [{"flagged": true}]}</c>.
/// </summary>
internal sealed class JailbreakEndpoint(UpstreamClients clients, TimeProvider time)
{
    private const int LargestAnswer = 64 << 10;

    /// <summary>The score of a text, 0..1.</summary>
    /// <exception cref="FilterFailedException">The service failed.</exception>
    public async ValueTask<double> ScoreAsync(GuardConfig guard, string text, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(guard.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, guard.Endpoint);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["input"] = text }));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (guard.ApiKey is { } key)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await clients.For(guard.Endpoint!, guard.Timeout).SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode)
                throw new FilterFailedException($"HTTP {(int)response.StatusCode}");
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            var buffer = new byte[LargestAnswer];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token);
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            return Read(document.RootElement) ?? throw new FilterFailedException("its answer holds neither score nor flagged");
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FilterFailedException($"no answer within {guard.Timeout.TotalSeconds:0.###} s", exception);
        }
        catch (JsonException exception)
        {
            throw new FilterFailedException($"its answer is no JSON: {JsonProblem.Describe(exception)}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new FilterFailedException(exception.Message, exception);
        }
    }

    private static double? Read(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
            return null;
        if (answer.TryGetProperty("score", out var score) && score.ValueKind == JsonValueKind.Number)
            return score.GetDouble();
        if (answer.TryGetProperty("flagged", out var flagged) && flagged.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return flagged.GetBoolean() ? 1 : 0;
        return answer.TryGetProperty("results", out var results) && results.ValueKind == JsonValueKind.Array && results.GetArrayLength() > 0 ? Read(results[0]) : null;
    }
}
