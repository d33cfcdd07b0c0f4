using System.Globalization;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Reading;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary>
/// <c>/console/requests/ID/image/3</c>: an image out of what was said, from the gateway itself. So pages need no <c>data:</c> in their policy of
/// content, and are no longer for it.
/// </summary>
internal sealed class ImageFeed : IFeed
{
    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var response = request.Context.Response;
        if (request.Path is not [var id, _, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || await FindAsync(request, id, number) is not { } image)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // Opened by itself it is an image, too, and nothing else.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.ContentType = image.Type;
        response.ContentLength = image.Bytes.Length;
        await response.Body.WriteAsync(image.Bytes, request.Context.RequestAborted);
    }

    private static async Task<SaidImage?> FindAsync(ScreenRequest request, string id, int number) =>
        (await request.Api.FindAsync(id)).Value?.Body is { } body && Conversation.Images(Conversation.OfRequest(body.Request), Conversation.OfAnswer(body.Response)).ElementAtOrDefault(number) is { } part
            ? SaidImage.Read(part.Text)
            : null;
}
