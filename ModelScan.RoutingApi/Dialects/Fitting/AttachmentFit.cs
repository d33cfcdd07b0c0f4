using System.Buffers;
using System.Buffers.Text;
using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Whether a model takes an image or a file. What it does not take makes it unfit for the request: nothing is left out.</summary>
internal static class AttachmentFit
{
    private const string Stored = "is stored at another provider; send the content";

    /// <summary>Refuses an image that the model cannot be shown.</summary>
    /// <param name="image">The image.</param>
    /// <param name="capabilities">What the model takes.</param>
    /// <param name="commonTypes">Whether the provider checks the media type.</param>
    /// <param name="takesStored">Whether the client's provider and this one keep their files in the same place.</param>
    public static void RequireImage(ImagePart image, ModelCapabilities capabilities, bool commonTypes, bool takesStored = false)
    {
        if (!capabilities.Images)
            throw Unfit(image, "the model takes no images");
        Require(image.Content, capabilities, takesStored);
        if (commonTypes && image.Content.Kind == AttachmentKind.Bytes && !image.Content.IsCommonImage)
            throw InvalidRequestException.Unfit((image.Content.TypeField ?? image.Content.Field).Path, $"must be JPEG, PNG, GIF or WebP, not {image.Content.ImageType}");
    }

    /// <summary>Refuses a file that the model cannot read.</summary>
    public static void RequireFile(FilePart file, ModelCapabilities capabilities, bool takesStored = false)
    {
        if (file.Content.Kind == AttachmentKind.Text)
            return;
        if (!capabilities.Files)
            throw Unfit(file, $"the model takes no files, such as this {file.Opaque?.FindText("type")}");
        Require(file.Content, capabilities, takesStored);
    }

    /// <summary>Refuses a file that is neither PDF nor text, nor, where the model takes those, of an office program.</summary>
    public static void RequireDocumentType(FilePart file, ModelCapabilities capabilities)
    {
        var type = file.Content.MediaType;
        if (file.Content.Kind == AttachmentKind.Bytes && type != "application/pdf" && !capabilities.OfficeFiles && !type.StartsWith("text/", StringComparison.Ordinal))
            throw InvalidRequestException.Unfit((file.Content.TypeField ?? file.Content.Field).Path, $"the provider takes PDF and text, not {type}");
    }

    /// <summary>The text that a file is.</summary>
    /// <exception cref="InvalidRequestException">It is not base64.</exception>
    public static string DecodeText(Attachment content)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(content.Base64.Length)];
        return Base64.DecodeFromUtf8(content.Base64.Span, bytes, out _, out var count) == OperationStatus.Done
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : throw content.Field.Refuse("is not base64");
    }

    /// <summary>Says that the model cannot take a part.</summary>
    public static InvalidRequestException Unfit(Part part, string problem) => InvalidRequestException.Unfit(part.Opaque?.Path ?? "", problem);

    private static void Require(Attachment content, ModelCapabilities capabilities, bool takesStored)
    {
        if (content.Kind == AttachmentKind.Stored && !takesStored)
            throw InvalidRequestException.Unfit(content.Field.Path, Stored);
        if (content.Kind == AttachmentKind.Url && !capabilities.ImageUrls)
            throw InvalidRequestException.Unfit(content.Field.Path, "the provider takes no addresses of images and files; send the content");
    }
}
