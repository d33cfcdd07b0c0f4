using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds containers, and says how they run.</summary>
public static class ContainerResourceBuilderExtensions
{
    /// <summary>Adds a container of an image's newest version.</summary>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image) =>
        builder.AddResource(new ContainerResource(name)).WithImage(image);

    /// <summary>Adds a container of an image's version.</summary>
    public static IResourceBuilder<ContainerResource> AddContainer(
        this IDistributedApplicationBuilder builder, string name, string image, string tag) =>
        builder.AddResource(new ContainerResource(name)).WithImage(image, tag);

    /// <summary>Chooses the image.</summary>
    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, string image, string? tag = null)
        where T : ContainerResource => builder.ChangeImage(image, annotation => (annotation.Image, annotation.Tag) = (image, tag));

    /// <summary>Chooses the image's version.</summary>
    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag)
        where T : ContainerResource => builder.ChangeImage("", annotation => annotation.Tag = tag);

    /// <summary>Chooses where the image comes from.</summary>
    public static IResourceBuilder<T> WithImageRegistry<T>(this IResourceBuilder<T> builder, string? registry)
        where T : ContainerResource => builder.ChangeImage("", annotation => annotation.Registry = registry);

    /// <summary>Shows a file or folder of this machine in the container; a relative path is relative to the AppHost.</summary>
    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource => builder.WithAnnotation(
            new ContainerMountAnnotation(Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory), target, isReadOnly));

    /// <summary>Replaces the image's entry point.</summary>
    public static IResourceBuilder<T> WithEntrypoint<T>(this IResourceBuilder<T> builder, string entrypoint)
        where T : ContainerResource
    {
        builder.Resource.Entrypoint = entrypoint;
        return builder;
    }

    private static IResourceBuilder<T> ChangeImage<T>(this IResourceBuilder<T> builder, string image, Action<ContainerImageAnnotation> change)
        where T : ContainerResource
    {
        var annotation = builder.Resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault();
        if (annotation is null)
        {
            annotation = new ContainerImageAnnotation { Image = image };
            builder.WithAnnotation(annotation);
        }

        change(annotation);
        return builder;
    }
}
