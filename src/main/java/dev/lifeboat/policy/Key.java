package dev.lifeboat.policy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The contract of one key of the policy file; the key's name and type are the record component's own.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /// One sentence for editors and the reference page.
    String value();

    /// What holds when the key is left out, as one would write it; empty when there is no such value.
    String standard() default "";

    /// Whether the file is in error without it.
    boolean required() default false;

    /// Smallest value allowed, as one would write it; empty for none.
    String least() default "";

    /// Largest value allowed, as one would write it; empty for none.
    String most() default "";

    /// What text has to look like; empty for anything.
    Text text() default Text.ANY;

    /// What the keys of a mapping have to look like.
    Text names() default Text.ANY;

    /// Values that the file may use beyond a fixed list; a near miss of one of them is a slip, anything else is free.
    String[] known() default {};
}
