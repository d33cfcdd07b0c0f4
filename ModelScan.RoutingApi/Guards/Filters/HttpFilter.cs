using System.Net.Http.Headers;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Guards.Filters;

/// <summary>
/// Asks a filter of type <c>http</c>: a POST of the body to the filter's address with the client's path behind it; the body of a 2xx answer takes
/// its place, a 4xx is a refusal, and anything else a failure. Redirects are not followed.
/// </summary>
internal sealed class HttpFilter(UpstreamClients clients)
{
    private const int LongestRefusal = 4096;
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);

    /// <summary>Asks.</summary>
    /// <exception cref="FilterFailedException">It failed.</exception>
    public async ValueTask<FilterReply> AskAsync(FilterConfig filter, FilterInput input, CancellationToken cancellationToken)
    {
        var address = new Uri(filter.Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + input.Path);
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new ReadOnlyMemoryContent(input.Body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        FilterHeaders.Copy(input.Headers, request);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await clients.For(address, LongestConnect).SendAsync(request, cancellationToken);
            var status = (int)response.StatusCode;
            if (response.IsSuccessStatusCode)
                return new FilterReply(await ReadAsync(response, filter.MaxSize, cancellationToken));
            if (status is >= 400 and < 500)
                return new FilterReply(default, new FilterRefusal(status, ErrorBody.PlainText((await ReadAsync(response, LongestRefusal, cancellationToken, cuts: true)).Span)));
            throw new FilterFailedException($"HTTP {status}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new FilterFailedException(exception.Message, exception);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, long limit, CancellationToken cancellationToken, bool cuts = false)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            var room = (int)Math.Min(read, limit - body.Length);
            body.Write(buffer, 0, room);
            if (room == read)
                continue;
            if (cuts)
                break;
            throw new FilterFailedException($"its answer is larger than {limit} bytes (max_size)");
        }

        return body.ToArray();
    }
}
