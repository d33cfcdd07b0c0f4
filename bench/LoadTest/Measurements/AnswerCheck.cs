using System.Net.Http.Headers;
using LoadTest.Load;
using LoadTest.Servers;

namespace LoadTest.Measurements;

/// <summary>Looks at one answer of each sort before any is counted: nobody wants to know how fast an error is written.</summary>
internal static class AnswerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Why the target's answers are not what they must be; <see langword="null"/> when they are.</summary>
    public static async Task<string?> FindFaultAsync(Uri server, RequestKind kind, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server, Timeout = Patience };
        try
        {
            return await FindFaultAsync(client, kind, kind.Small, "an answer of a fixed length", cancellationToken)
                ?? await FindFaultAsync(client, kind, kind.OfBytes(FixedAnswers.LargeBytes), "an answer of a fixed length", cancellationToken)
                ?? await FindFaultAsync(client, kind, kind.Stream(new StreamShape(3, 1)), StreamEnd(kind.Api), cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    /// <summary>The same for the decision endpoint, which answers with a list of models.</summary>
    public static async Task<string?> FindDecisionFaultAsync(Uri server, RequestKind kind, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server, Timeout = Patience };
        try
        {
            return await FindFaultAsync(client, kind, kind.OfBytes(1024), "\"models\":[\"openai/bench\"", cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    private static async Task<string?> FindFaultAsync(HttpClient client, RequestKind kind, string body, string expected, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, kind.Path) { Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")) };
        foreach (var (name, value) in kind.Headers.Where(header => header.Name != "content-type"))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode && text.Contains(expected, StringComparison.Ordinal)
            ? null
            : $"{kind.Path} answers HTTP {(int)response.StatusCode}: {text[..Math.Min(text.Length, 160)].ReplaceLineEndings(" ")}";
    }

    private static string StreamEnd(ApiPath api) => api switch
    {
        ApiPath.Messages => "message_stop",
        ApiPath.Responses => "response.completed",
        _ => "[DONE]",
    };
}
